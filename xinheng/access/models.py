"""Agencies, their officers, and the register of every look at a non-public record (单位、人员、查询登记)."""

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    CLERK = "clerk", "经办人"
    CHECKER = "checker", "审核人"
    SIGNER = "signer", "签发人"
    OFFICE = "office", "市信用办"
    AUDITOR = "auditor", "审计监督"
    ADMIN = "admin", "系统管理员"


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
                condition=Q(roles__contained_by=["clerk", "checker", "signer", "office", "auditor", "admin"])
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
