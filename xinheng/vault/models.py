"""One wrapped data key per subject; the master keys live outside the database (数据密钥)."""

from django.db import models
from django.db.models.functions import Now


class SubjectKey(models.Model):
    """A subject's data key, wrapped by a master key version; deleting it shreds what it sealed."""

    subject = models.UUIDField(primary_key=True)
    master_version = models.SmallIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
