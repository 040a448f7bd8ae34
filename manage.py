"""Django's own command line for developers; everything else is `xinheng` (开发用命令)."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.config.settings")
    execute_from_command_line(sys.argv)
