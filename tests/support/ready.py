"""Django set up in a process that a test starts, before anything of ours is imported there (子进程准备)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.config.settings")
django.setup()
