"""Addresses of the counter (我的信用地址): ids of ours, and nothing that says whose."""

from django.urls import path

from xinheng.web.counter import bindings, corrections, entrance, looks, notices, records, repair, reports

app_name = "counter"
urlpatterns = [
    path("login/", entrance.login, name="login"),
    path("login/start/", entrance.start, name="start"),
    path("callback/", entrance.callback, name="callback"),
    path("logout/", entrance.logout, name="logout"),
    path("", records.home, name="home"),
    path("records/<uuid:record>/", records.record, name="record"),
    path("access-log/", looks.looks, name="looks"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:paper>/", notices.notice, name="notice"),
    path("notices/<uuid:paper>/file/", notices.file, name="notice-file"),
    path("notices/<uuid:paper>/reply/", notices.reply, name="reply"),
    path("repair/", repair.listing, name="repairs"),
    path("repair/new/", repair.new, name="repair-new"),
    path("repair/new/materials/", repair.materials, name="repair-materials"),
    path("repair/new/check/", repair.check, name="repair-check"),
    path("repair/<str:number>/", repair.one, name="repair"),
    path("repair/<str:number>/<uuid:case>/supply/", repair.supply, name="repair-supply"),
    path("repair/<str:number>/<uuid:case>/withdraw/", repair.withdraw, name="repair-withdraw"),
    path("repair/<str:number>/<uuid:case>/plan/", repair.plan, name="repair-plan"),
    path("repair/<str:number>/papers/<uuid:paper>/", repair.paper, name="repair-paper"),
    path("repair/<str:number>/materials/<uuid:material>/", repair.material, name="repair-material"),
    path("corrections/", corrections.listing, name="corrections"),
    path("corrections/new/", corrections.new, name="correction-new"),
    path("corrections/<str:number>/", corrections.one, name="correction"),
    path("corrections/<str:number>/papers/<uuid:document>/", corrections.file, name="correction-file"),
    path("reports/", reports.reports, name="reports"),
    path("reports/issue/", reports.issue, name="report-issue"),
    path("reports/<uuid:document>/pdf/", reports.pdf, name="report-pdf"),
    path("reports/<uuid:document>/proof/", reports.proof, name="report-proof"),
    path("bindings/", bindings.bindings, name="bindings"),
    path("bindings/<uuid:binding>/choose/", bindings.choose, name="choose"),
    path("bindings/<uuid:binding>/end/", bindings.end, name="binding-end"),
]
