"""App configuration of documents (文书)."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "xinheng.documents"
    label = "documents"
    verbose_name = "文书"
