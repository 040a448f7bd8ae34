"""App configuration of documents (文书)."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    name = "xinheng.documents"
    label = "documents"
    verbose_name = "文书"

    def ready(self) -> None:
        """Load every app's `progress` module: whoever holds a receipt asks here how far the matter is."""
        autodiscover_modules("progress")
