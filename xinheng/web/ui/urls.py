"""Addresses of the shared interface (界面地址); the style guide is added in development."""

from django.conf import settings
from django.urls import path

from xinheng.web.ui import views

urlpatterns = [path("size", views.size, name="size")]
if settings.DEBUG or getattr(settings, "XINHENG_STYLEGUIDE", False):
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
