"""App configuration of exchange (报送)."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "xinheng.exchange"
    label = "exchange"
    verbose_name = "报送"
