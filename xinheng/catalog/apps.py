"""App configuration of catalog (目录)."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "xinheng.catalog"
    label = "catalog"
    verbose_name = "目录"
