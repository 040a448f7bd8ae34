"""App configuration of runtime (运行时)."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "xinheng.runtime"
    label = "runtime"
    verbose_name = "运行时"
