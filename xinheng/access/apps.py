"""App configuration of access (权限与查询登记)."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "xinheng.access"
    label = "access"
    verbose_name = "权限与查询登记"
