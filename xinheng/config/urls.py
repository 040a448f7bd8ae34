"""Addresses of the faces (网址)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from xinheng.config.settings import BASE_DIR

urlpatterns: list[URLPattern | URLResolver] = []
for prefix, module in (
    ("desk/", "xinheng.web.desk"),
    ("", "xinheng.web.portal"),
):  # until all faces exist
    if (BASE_DIR / module.replace(".", "/") / "urls.py").exists():
        urlpatterns.append(path(prefix, include(module + ".urls")))

handler404 = "xinheng.web.portal.answers.handler404"
