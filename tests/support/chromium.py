"""Where there is a Chromium for the browser tests (浏览器)."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path


@functools.cache
def chromium() -> str | None:
    """The program: XINHENG_CHROMIUM, the system's, else the one that playwright brought."""
    named = os.environ.get("XINHENG_CHROMIUM", "")
    system = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    brought = sorted((Path.home() / ".cache/ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return named or system or (str(brought[-1]) if brought else None)
