"""Asked, checked, done: how a form becomes an act, and a repeated act its first result (核对与提交)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from xinheng.access.actor import Actor
from xinheng.runtime import clock
from xinheng.runtime.idempotency import once

STEP, KEY = "step", "once"
_OURS = (STEP, KEY, "csrfmiddlewaretoken")


class Step(enum.Enum):
    """Where a form of two steps stands."""

    ASK = "ask"
    CHECK = "check"
    ACT = "act"


def step(request: HttpRequest, form: forms.Form) -> Step:
    """ASK for a form that is new, faulty or to be changed; CHECK what was filled in; ACT on what was checked."""
    if request.method != "POST" or request.POST.get(STEP) == "change" or not form.is_valid():
        return Step.ASK
    return Step.ACT if request.POST.get(STEP) == "act" else Step.CHECK


def given(request: HttpRequest) -> Mapping[str, Any] | None:
    """What a bound form takes: nothing on the first look."""
    return request.POST if request.method == "POST" else None


def carried(request: HttpRequest) -> dict[str, Any]:
    """What the page to check sends again: all that was filled in, and the key by which the act is done once."""
    return {"kept": list(_kept(request)), "key": request.POST.get(KEY) or uuid4().hex}


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in _OURS:
            yield from ((name, str(value)) for value in values)


def _sent(request: HttpRequest) -> dict[str, list[str]]:
    """All that makes one sending another: every value of every name, and each file by what it is."""
    told = {
        name: [str(each) for each in values] for name, values in request.POST.lists() if name not in _OURS
    }
    for name, files in request.FILES.lists():
        told[f"file {name}"] = [_sha256(each) for each in files]
    return told


def _sha256(file: UploadedFile[Any]) -> str:
    found = sha256()
    for part in file.chunks():
        found.update(part)
    file.seek(0)
    return found.hexdigest()


def act(
    request: HttpRequest, actor: Actor, do: Callable[[], Mapping[str, Any]]
) -> tuple[Mapping[str, Any], bool]:
    """(answer, repeated): the act once, its first answer when the same checked page is sent again."""
    key = f"{request.path}#{request.POST.get(KEY) or uuid4().hex}"[:200]
    return once(actor, key, _sent(request), clock.now(), do)


def made(identity: UUID) -> dict[str, str]:
    """The answer of an act that made something."""
    return {"id": str(identity)}
