"""Whom to ask about repair, how each body repairs, and complaints (修复名录、修复办法、举报)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinheng.access.models import Agency


class Place(models.TextChoices):
    """Who has to have a person or a window for repair (五（一）)."""

    COUNTY = "county", "县区和园区"
    AGENCY = "agency", "部门"
    SITE = "site", "平台和网站"


class Published(models.Model):
    """What an officer published; it is never changed but for its end, and what follows is another row."""

    published_by = models.UUIDField()
    published_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class ContactPoint(Published):
    """A named person or window for repair, public by its nature: of a body, else of a county or a site."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=Place)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True)
    # Of regions.yaml or of the sites in directory.yaml.
    place = models.TextField(default="", blank=True)
    window = models.TextField(default="", blank=True)
    person = models.TextField(default="", blank=True)
    address = models.TextField(default="", blank=True)
    phone = models.TextField(default="", blank=True)
    hours = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="agency", agency__isnull=False, place="")
                | (Q(kind__in=["county", "site"], agency=None) & ~Q(place="")),
                name="contact_of_one_place",
            ),
            models.CheckConstraint(
                condition=(~Q(window="") | ~Q(person="")) & (~Q(phone="") | ~Q(address="")),
                name="contact_can_be_reached",
            ),
        ]


class RepairProcedure(Published):
    """How a body repairs what it decided of one catalog item: the ways to apply, of a closed list."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    item = models.TextField()
    manners = ArrayField(models.TextField())
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "item"], condition=Q(ended_at=None), name="procedure_once_of_an_item"
            ),
            models.CheckConstraint(condition=Q(manners__len__gt=0), name="procedure_has_a_way"),
        ]


class ComplaintState(models.TextChoices):
    RECEIVED = "received", "待受理"
    TAKEN = "taken", "办理中"
    ANSWERED = "answered", "已答复"


class Complaint(models.Model):
    """What somebody complained about, and who handles it; the words are sealed under a key of its own.

    `about` is the body complained about, where one was named; `agency` the one that handles it, never the same,
    and null while the table names nobody who is registered.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    # Of the form: who sends it twice gets the first receipt again.
    once = models.UUIDField(unique=True)
    category = models.TextField()
    about = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    state = models.TextField(choices=ComplaintState)
    revision = models.IntegerField()
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", blank=True)
    sealed = models.BinaryField()
    sealed_commitment = models.BinaryField()
    file_sha256 = models.BinaryField(null=True)
    file_media = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about=None) | Q(agency=None) | ~Q(agency=F("about")),
                name="complaint_never_to_whom_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(state="received", taken_at=None, answered_at=None, outcome="")
                | Q(state="taken", agency__isnull=False, taken_at__isnull=False, answered_at=None, outcome="")
                | (
                    Q(
                        state="answered",
                        agency__isnull=False,
                        taken_at__isnull=False,
                        answered_at__isnull=False,
                    )
                    & ~Q(outcome="")
                ),
                name="complaint_state_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(file_sha256=None, file_media="")
                | (Q(file_sha256__isnull=False) & ~Q(file_media="")),
                name="complaint_file_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "received_at"], name="complaint_of_agency")]


class ComplaintStep(models.Model):
    """One thing done about a complaint, by whom; words (of a referral, of the answer) are sealed. Append-only."""

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="steps")
    seq = models.IntegerField()
    step = models.TextField()
    done_by = models.UUIDField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    referred_to = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="complaint_step_in_order")]
