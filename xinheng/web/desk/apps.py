"""Django application of the desk (工作台)."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "xinheng.web.desk"
    label = "desk"
