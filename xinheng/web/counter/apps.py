"""Django application of the counter (我的信用)."""

from importlib import import_module

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Views and templates only: no models."""

    name = "xinheng.web.counter"
    label = "counter"

    def ready(self) -> None:
        """Let procedures say what they offer about a record (counter.doings)."""
        import_module("xinheng.web.counter.repairways")
