"""A worker in a process of its own: `python worker_for_tests.py HOST PORT NAME LEASE`."""

from __future__ import annotations

import sys

import django


def main(host: str, port: str, name: str, lease: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connections

    connections["default"].settings_dict.update(HOST=host, PORT=port, NAME=name, USER="xinheng_app", PASSWORD="")
    settings.XINHENG_JOB_LEASE_SECONDS = float(lease)
    import tests.runtime.handlers_for_tests  # noqa: F401  # registers the jobs
    from xinheng.runtime import worker

    worker.run(once=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
