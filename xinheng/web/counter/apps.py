"""Django application of the counter (我的信用)."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """Views and templates only: no models."""

    name = "xinheng.web.counter"
    label = "counter"
