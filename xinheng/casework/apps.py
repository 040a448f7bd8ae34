"""App configuration of casework (案卷)."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "xinheng.casework"
    label = "casework"
    verbose_name = "案卷"
