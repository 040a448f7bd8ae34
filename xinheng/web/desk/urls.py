"""Addresses of the desk (工作台网址)."""

from django.urls import path

from xinheng.web.desk import batches, entrance, home, records, register, rulings, widenings

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
    path("records/", records.listing, name="records"),
    path("records/new/", records.new, name="record-new"),
    path("records/<uuid:record>/", records.detail, name="record"),
    path("rulings/", rulings.listing, name="rulings"),
    path("rulings/propose/<str:question>/", rulings.propose, name="ruling-propose"),
    path("rulings/<uuid:ruling>/<str:step>/", rulings.decide, name="ruling-decide"),
    path("widenings/", widenings.listing, name="widenings"),
    path("register/", register.listing, name="register"),
]
