"""App configuration of registry (文书与记录)."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "xinheng.registry"
    label = "registry"
    verbose_name = "文书与记录"
