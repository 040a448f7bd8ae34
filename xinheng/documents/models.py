"""Documents that were issued, their numbers, and what anybody may have confirmed (已出具的文书)."""

from django.db import models


class NumberRegister(models.Model):
    """The last number given in one register of one year; its row is held while a document is issued."""

    pk = models.CompositePrimaryKey("kind", "year")
    kind = models.TextField()
    year = models.IntegerField()
    last = models.IntegerField(default=0)


class IssuedDocument(models.Model):
    """One document. The body is sealed under the subject's key; the PDF is a file sealed twice. Append-only."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    kind = models.TextField()
    subject = models.UUIDField()
    # The name of a subject other than a natural person, for lists; "" for a person.
    party = models.TextField(default="", blank=True)
    audience = models.TextField()
    # What asked for it, once: a row of an uploaded list. Null for a document asked for by hand.
    request = models.TextField(null=True, unique=True)
    event = models.UUIDField(unique=True)
    template = models.TextField()
    template_sha256 = models.BinaryField()
    fonts_sha256 = models.BinaryField()
    typst = models.TextField()
    body_sealed = models.BinaryField()
    body_sha256 = models.BinaryField()
    pdf_sha256 = models.BinaryField()
    pdf_size = models.IntegerField()
    agency = models.UUIDField()
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-issued_at", "-id"], name="document_newest"),
            models.Index(fields=["subject", "-issued_at"], name="document_of_subject"),
        ]


class Confirmation(models.Model):
    """All that the public page may know of a document: neither whose it is nor what it says."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    kind = models.TextField()
    issued_on = models.DateField()
    # Of 128 random bits, so that a plain hash tells nothing.
    code_sha256 = models.BinaryField(unique=True)
    pdf_sha256 = models.BinaryField(unique=True)


class SealedCopy(models.Model):
    """A signed and sealed copy of a document, matched to it; the file is sealed as the document's own. Append-only."""

    id = models.UUIDField(primary_key=True)
    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="sealed_copies")
    method = models.TextField()
    media_type = models.TextField()
    sha256 = models.BinaryField()
    size = models.IntegerField()
    # Who answers for having compared a scan with the body, page by page. Null where the bytes themselves are the same.
    compared_by = models.UUIDField(null=True)
    agency = models.UUIDField()
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "sha256"], name="sealed_copy_once")]


class Attempt(models.Model):
    """How often one place on the net has asked in one stretch of time; the place is a keyed hash of that stretch."""

    pk = models.CompositePrimaryKey("place", "since")
    place = models.BinaryField()
    since = models.DateTimeField()
    count = models.IntegerField()
