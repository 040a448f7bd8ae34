"""Rows of a kept file, or one record said anew, through the same pipeline (重新处理)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

import polars as pl
from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.exchange.accepting import Acceptance
from xinheng.exchange.merge import Overtaken
from xinheng.exchange.pipeline import Context, Pipeline, Recalled, Slice
from xinheng.exchange.staging import Stager
from xinheng.law.language import Refusal

_ATTEMPTS = 3
R = TypeVar("R")
Frames = Callable[[], Iterable[pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Run:
    """What was staged, and what the pipeline said of it."""

    pipeline: Pipeline
    acceptance: Acceptance
    slices: tuple[Slice, ...]

    @property
    def findings(self) -> pl.DataFrame:
        return pl.concat([each.findings for each in self.slices])

    def count(self, name: str) -> int:
        return sum(each.counts[name] for each in self.slices)


def tried(context: Context, frames: Frames, *, actor: Actor) -> tuple[Pipeline, tuple[Slice, ...]]:
    """What the pipeline says of the frames, with nothing kept."""
    try:
        return _tried(context, frames, actor)
    except Recalled as fault:
        return _tried(replace(context, recalled=fault.rows), frames, actor)


def _tried(context: Context, frames: Frames, actor: Actor) -> tuple[Pipeline, tuple[Slice, ...]]:
    pipeline = Pipeline(context)
    with acting(actor):
        return pipeline, tuple(pipeline.frames(frames()))


def staged(context: Context, frames: Frames, *, staging: UUID, actor: Actor) -> Run:
    """The accepted rows of the frames staged under `staging`, for recording.record to take over."""
    try:
        return _staged(context, frames, staging, actor)
    except Recalled as fault:
        return _staged(replace(context, recalled=fault.rows), frames, staging, actor)


def _staged(context: Context, frames: Frames, staging: UUID, actor: Actor) -> Run:
    pipeline, slices = Pipeline(context), []
    with Stager(staging) as stager, acting(actor):
        acceptance = Acceptance(pipeline, stager, by=actor.user_id)
        for piece in pipeline.frames(frames()):
            acceptance.take(piece)
            slices.append(piece)
    return Run(pipeline, acceptance, tuple(slices))


def until_alone(attempt: Callable[[], R], *, agency: str) -> R:
    """Try again when another batch was quicker. Raises Refusal CONFLICT when that goes on."""
    for _ in range(_ATTEMPTS):
        try:
            return attempt()
        except Overtaken:
            continue
        except IntegrityError as fault:
            if not isinstance(fault.__cause__, UniqueViolation):
                raise
    raise Refusal.because("CONFLICT", agency=agency)
