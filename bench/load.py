"""A load of GET requests on a server of ours (压测客户端): wrk where there is one, else our own."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

SCRIPT = """
local paths = {}
for line in io.lines(os.getenv("LOOKUP_PATHS")) do paths[#paths + 1] = line end
local place = 0
function setup(thread) thread:set("seed", math.random(1000000)) end
function init(args) place = seed % #paths end
function request() place = place % #paths + 1; return wrk.format("GET", paths[place]) end
"""
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class LoadFault(Exception):
    """The load could not be put on, or was answered with something else than 200."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second and the 99th percentile of their time in milliseconds."""

    rate: float
    p99: float


def put(port: int, paths: list[str], *, seconds: int, connections: int) -> Load:
    """GET the paths over and over. Raises LoadFault."""
    by = _wrk if shutil.which("wrk") else _own
    return by(port, paths, seconds, connections)


def _wrk(port: int, paths: list[str], seconds: int, connections: int) -> Load:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "paths").write_text("\n".join(paths) + "\n")
        (Path(place) / "load.lua").write_text(SCRIPT)
        command = [
            "wrk",
            "-t2",
            f"-c{connections}",
            f"-d{seconds}s",
            "--timeout",
            "10s",
            "--latency",
            "-s",
            f"{place}/load.lua",
        ]
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/"],
            env=os.environ | {"LOOKUP_PATHS": f"{place}/paths"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    if "Non-2xx" in said or "Socket errors" in said or rate is None or p99 is None:
        raise LoadFault(said)
    return Load(float(rate[1]), float(p99[1]) * MILLISECONDS[p99[2]])


def _own(port: int, paths: list[str], seconds: int, connections: int) -> Load:
    with multiprocessing.Pool(connections) as pool:
        times = [t for part in pool.starmap(_client, [(port, paths, seconds)] * connections) for t in part]
    return Load(len(times) / seconds, quantiles(times, n=100)[98] * 1000)


def _client(port: int, paths: list[str], seconds: int) -> list[float]:
    """The seconds each answer took, on one kept connection."""
    chosen = random.Random(os.getpid())
    wire = http.client.HTTPConnection("127.0.0.1", port)
    times, end = [], time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        wire.request("GET", chosen.choice(paths))
        answer = wire.getresponse()
        answer.read()
        if answer.status != 200:
            raise LoadFault(str(answer.status))
        times.append(time.perf_counter() - begun)
    return times
