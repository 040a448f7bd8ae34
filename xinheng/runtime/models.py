"""Jobs that can be left and found again, and answers that can be repeated (任务与幂等)."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class JobState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "办理中"
    DONE = "done", "已完成"
    FAULT = "fault", "有问题"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """One long piece of work; a worker holds it by a lease that its heartbeat renews."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    args = models.JSONField(default=dict)
    state = models.TextField(choices=JobState, default=JobState.QUEUED)
    stage = models.TextField(default="", blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(null=True)
    fault = models.JSONField(null=True)
    owner = models.UUIDField()
    agency = models.UUIDField()
    attempts = models.SmallIntegerField(default=0)
    worker = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What the worker polls: queued, or running with a heartbeat gone cold.
            models.Index(
                fields=["created_at"],
                name="job_open",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]


class IdempotencyKey(models.Model):
    """The first answer to a write, stored in the write's own transaction."""

    pk = models.CompositePrimaryKey("actor", "key")
    actor = models.UUIDField()
    key = models.TextField()
    body_mac = models.BinaryField()
    answer = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
