"""App configuration of oversight (监督)."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "xinheng.oversight"
    label = "oversight"
    verbose_name = "监督"
