"""App configuration of vault (密钥库)."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "xinheng.vault"
    label = "vault"
    verbose_name = "密钥库"
