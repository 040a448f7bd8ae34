"""Agencies and officers, accounts of subjects, the register of every look at a non-public record (单位、人员、账号)."""

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinheng.subjects.models import Subject


class Role(models.TextChoices):
    CLERK = "clerk", "经办人"
    CHECKER = "checker", "审核人"
    SIGNER = "signer", "签发人"
    OFFICE = "office", "市信用办"
    AUDITOR = "auditor", "审计监督"
    ADMIN = "admin", "系统管理员"
    WINDOW = "window", "窗口人员"


class Agency(models.Model):
    """An administrative agency, or a body that a law or regulation authorises."""

    id = models.UUIDField(primary_key=True)
    uscc = models.TextField(unique=True)
    name = models.TextField()
    region = models.TextField()
    level = models.TextField()
    domains = ArrayField(models.TextField(), default=list, blank=True)
    channel_name = models.TextField(blank=True)
    channel_url = models.TextField(blank=True)
    is_lead = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """An officer; signs in locally with a second factor."""

    id = models.UUIDField(primary_key=True)
    username = models.TextField(unique=True)
    name = models.TextField()
    agency = models.ForeignKey(Agency, models.PROTECT)
    roles = ArrayField(models.TextField(choices=Role), default=list)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    objects = UserManager()

    def check_password(self, raw_password: str | None) -> bool:
        """Without Django's silent re-hashing: a password is written by a service that tells the ledger."""
        return check_password(raw_password, self.password)

    class Meta:
        constraints = [
            # Who runs the system and who audits it do nothing else in it.
            models.CheckConstraint(
                condition=Q(
                    roles__contained_by=["clerk", "checker", "signer", "office", "auditor", "admin", "window"]
                )
                & (~Q(roles__contains=["admin"]) | Q(roles__len=1))
                & (~Q(roles__contains=["auditor"]) | Q(roles__len=1)),
                name="user_separate_powers",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AccessEntry(models.Model):
    """Who looked, or was refused, whom, why and on what basis. Append-only, partitioned by month."""

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField()
    at = models.DateTimeField()
    actor = models.UUIDField()
    agency = models.UUIDField()
    channel = models.TextField()
    what = models.TextField()
    subject = models.UUIDField(null=True)
    purpose = models.TextField()
    basis = models.TextField()
    granted = models.BooleanField()
    refusal = models.TextField(default="", blank=True)

    class Meta:
        # Made by hand in the migration: Django knows no partitions.
        managed = False
        db_table = "access_accessentry"


class CounterAccount(models.Model):
    """A person's account at the counter (办事账号): keyed hashes, and nothing that says who it is.

    `login`: of the identity provider's issuer and subject; null until the person signs in online. `person`: of
    the resident id number that the provider or the window has seen; its key is no other column's.
    """

    id = models.UUIDField(primary_key=True)
    login = models.BinaryField(null=True, unique=True)
    person = models.BinaryField(null=True, unique=True)
    made_at = models.DateTimeField()


class BindingKind(models.TextChoices):
    SELF = "self", "本人"
    LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人（负责人）"
    AGENT = "agent", "代理人"


class BoundHow(models.TextChoices):
    CLAIM = "claim", "统一身份认证"
    WINDOW = "window", "窗口核验"


class Evidence(models.TextChoices):
    """What was looked at when a person at the window said who they are or for whom they act (核验材料)."""

    RESIDENT_CARD = "resident_card", "居民身份证"
    PASSPORT = "passport", "护照或者其他有效证件"
    LICENCE = "licence", "营业执照或者登记证书，及本人证件"
    MANDATE = "mandate", "授权委托书，及本人证件"


class EndedWhy(models.TextChoices):
    GIVEN_UP = "given_up", "本人解除"
    NO_LONGER_CLAIMED = "no_longer_claimed", "统一身份认证不再证明"
    AT_WINDOW = "at_window", "窗口凭材料解除"
    RENEWED = "renewed", "另行绑定"


class Binding(models.Model):
    """For whom an account may see and act (绑定). Append-only but for its end; an agent's mandate has both days."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(CounterAccount, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    kind = models.TextField(choices=BindingKind)
    mandate_from = models.DateField(null=True)
    mandate_until = models.DateField(null=True)
    how = models.TextField(choices=BoundHow)
    bound_at = models.DateTimeField()
    # At the window: who bound it, for which body, on what evidence.
    bound_by = models.UUIDField(null=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True)
    evidence = models.TextField(choices=Evidence, default="", blank=True)
    evidence_sha256 = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(choices=EndedWhy, default="", blank=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="agent", mandate_from__isnull=False, mandate_until__gte=F("mandate_from"))
                | (~Q(kind="agent") & Q(mandate_from=None, mandate_until=None)),
                name="binding_agent_has_days",
            ),
            models.CheckConstraint(
                condition=Q(
                    how="window", bound_by__isnull=False, agency__isnull=False, evidence_sha256__isnull=False
                )
                & ~Q(evidence="")
                | Q(how="claim", bound_by=None, agency=None, evidence_sha256=None, evidence=""),
                name="binding_rests_on_something",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="", ended_by=None)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="binding_ends_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["account", "subject"], condition=Q(ended_at=None), name="binding_once"
            ),
        ]


class PresentPerson(models.Model):
    """A person who stood at the window, as an officer saw by their papers (到场登记): whose act it is, and who did it.

    Append-only. For as long as `until` the officer sees what that person may see, and nothing more.
    """

    id = models.UUIDField(primary_key=True)
    officer = models.UUIDField()
    agency = models.ForeignKey(Agency, models.PROTECT)
    binding = models.ForeignKey(Binding, models.PROTECT)
    account = models.ForeignKey(CounterAccount, models.PROTECT)
    evidence = models.TextField(choices=Evidence)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="present_for_a_while"),
        ]
