"""Django application of the portal (门户)."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Views and templates only: no models."""

    name = "xinheng.web.portal"
    label = "portal"
