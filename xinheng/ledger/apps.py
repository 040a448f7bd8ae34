"""App configuration of ledger (台账)."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LedgerConfig(AppConfig):
    name = "xinheng.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        """Load every app's `consumers` module: a process without its subscribers would lose consequences."""
        autodiscover_modules("consumers")
