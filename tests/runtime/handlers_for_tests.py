"""Jobs that the worker tests run in a process of their own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime import clock, jobs


@jobs.job("killed-once")
def killed_once(held: jobs.Held) -> Mapping[str, Any]:
    """Writes half of its work; the first attempt dies by SIGKILL before it commits."""
    with transaction.atomic():
        append(EventKind.BATCH_ACCEPTED, payload={"attempt": held.attempt}, agency=None, now=clock.now())
        jobs.progress(held, 1, 2, "入库")
        if held.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        append(EventKind.BATCH_ACCEPTED, payload={"attempt": held.attempt}, agency=None, now=clock.now())
        jobs.finish(held, {"attempt": held.attempt})
    return {}


@jobs.job("slow")
def slow(held: jobs.Held) -> Mapping[str, Any]:
    """Works longer than a lease while its heartbeat goes on."""
    time.sleep(float(held.args["seconds"]))
    return {"attempt": held.attempt}
