"""Django application of the shared interface (界面)."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates and static files only: no models."""

    name = "xinheng.web.ui"
    label = "ui"
