"""App configuration of publication (公示)."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "xinheng.publication"
    label = "publication"
    verbose_name = "公示"
