"""App configuration of ledger (台账)."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "xinheng.ledger"
    label = "ledger"
    verbose_name = "台账"
