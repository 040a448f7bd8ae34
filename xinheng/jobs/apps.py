"""App configuration of jobs (命令)."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "xinheng.jobs"
    label = "jobs"
    verbose_name = "命令"
