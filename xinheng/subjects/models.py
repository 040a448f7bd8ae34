"""Subjects, proved by a valid code and never by a name alone (信用主体)."""

from django.db import models
from django.db.models import Q


class SubjectKind(models.TextChoices):
    LEGAL_PERSON = "legal_person", "企业法人"
    UNINCORPORATED = "unincorporated", "非法人组织"
    SOLE_TRADER = "sole_trader", "个体工商户"
    NATURAL_PERSON = "natural_person", "自然人"
    PUBLIC_BODY = "public_body", "机关事业单位"


class Subject(models.Model):
    """Whom records are about. A natural person has neither code nor name here: see Person."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=SubjectKind)
    uscc = models.TextField(null=True)
    name = models.TextField(null=True)
    created_at = models.DateTimeField()
    # subjects.proofs: carried by the leaf of every record about the subject
    proof = models.BinaryField()

    class Meta:
        constraints = [
            # A constraint, not unique=True: that would add a second, pattern index to a bulk table.
            models.UniqueConstraint(fields=["uscc"], name="subject_uscc"),
            models.CheckConstraint(
                condition=(
                    Q(kind="natural_person", uscc=None, name=None)
                    | (~Q(kind="natural_person") & Q(uscc__isnull=False, name__isnull=False))
                ),
                name="subject_person_has_no_clear_name",
            ),
        ]


class Person(models.Model):
    """A natural person's sealed identifier and name, found by exact code through the blind index only."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    id_kind = models.TextField()
    id_index = models.BinaryField(unique=True)
    id_sealed = models.BinaryField()
    name_sealed = models.BinaryField()


class SubjectName(models.Model):
    """A name that a subject other than a natural person bore, as records told it."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    name = models.TextField()
    seen_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "name"], name="subject_name_once")]
