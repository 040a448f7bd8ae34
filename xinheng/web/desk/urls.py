"""Addresses of the desk (工作台网址)."""

from django.urls import path

from xinheng.web.desk import (
    batches,
    days,
    entrance,
    home,
    proposals,
    proposing,
    records,
    register,
    rulings,
    waiting,
    widenings,
)

app_name = "desk"
urlpatterns = [
    path("login/", entrance.login, name="login"),
    path("login/code/", entrance.code, name="code"),
    path("logout/", entrance.logout, name="logout"),
    path("", home.home, name="home"),
    path("batches/", batches.listing, name="batches"),
    path("batches/new/", batches.upload, name="batch-new"),
    path("batches/template/<str:feed>/", batches.template, name="template"),
    path("batches/<uuid:batch>/", batches.detail, name="batch"),
    path("batches/<uuid:batch>/progress/", batches.progress, name="batch-progress"),
    path("batches/<uuid:batch>/problems/", batches.problems, name="problems"),
    path("batches/<uuid:batch>/submit/", batches.submit, name="batch-submit"),
    path("batches/<uuid:batch>/receipt/", batches.receipt, name="receipt"),
    path("batches/<uuid:batch>/annotated/", batches.annotated, name="annotated"),
    path("batches/<uuid:batch>/withdraw/", proposing.withdraw, name="withdraw"),
    path("records/", records.listing, name="records"),
    path("records/new/", records.new, name="record-new"),
    path("records/<uuid:record>/", records.detail, name="record"),
    path("records/<uuid:record>/day/", days.of_record, name="record-day"),
    path("records/<uuid:record>/subject-day/", days.of_subject, name="subject-day"),
    path("records/<uuid:number>/propose/<str:kind>/", proposing.propose, name="propose"),
    path("proposals/", proposals.listing, name="proposals"),
    path("proposals/<uuid:number>/", proposals.detail, name="proposal"),
    path("waiting/", waiting.listing, name="waiting"),
    path("waiting/<uuid:batch>/<int:row>/<str:question>/", waiting.settle, name="settle"),
    path("rulings/", rulings.listing, name="rulings"),
    path("rulings/propose/<str:question>/", rulings.propose, name="ruling-propose"),
    path("rulings/<uuid:number>/<str:verb>/", rulings.decide, name="ruling-decide"),
    path("widenings/", widenings.listing, name="widenings"),
    path("register/", register.listing, name="register"),
]
