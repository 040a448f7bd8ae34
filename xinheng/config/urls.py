"""Addresses of the faces (网址)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include("xinheng.web.desk.urls")),
    path("me/", include("xinheng.web.counter.urls")),
    path("", include("xinheng.web.portal.urls")),
]

handler404 = "xinheng.web.portal.answers.handler404"
handler500 = "xinheng.web.portal.answers.handler500"
