"""App configuration of publication (公示)."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "xinheng.publication"
    label = "publication"
    verbose_name = "公示"

    def ready(self) -> None:
        from xinheng.publication import consumers  # noqa: F401  # subscribes when it is imported
