"""App configuration of subjects (信用主体)."""

from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "xinheng.subjects"
    label = "subjects"
    verbose_name = "信用主体"
