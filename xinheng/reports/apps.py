"""App configuration of reports (信用报告)."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "xinheng.reports"
    label = "reports"
    verbose_name = "信用报告"
