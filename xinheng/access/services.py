"""Setting up agencies and their officers (单位和人员管理)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django_otp.plugins.otp_totp.models import TOTPDevice

from xinheng.access.accounts import arrive, bind_at_window, end_binding, leave, present
from xinheng.access.actor import Actor
from xinheng.access.models import Agency, User
from xinheng.access.permissions import ROLE_LABELS, require
from xinheng.law.identifiers import uscc_fault
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.db import uuid7
from xinheng.vault import rotation

__all__ = [
    "arrive", "bind_at_window", "bind_second_factor", "change_roles", "create_agency", "create_user", "disable_user",
    "end_binding", "leave", "note_sign_in", "note_sign_out", "present", "rotate_master_key", "set_password",
]  # fmt: skip
# Who runs the system, who audits it and who works in it are three different persons.
ALONE = ("admin", "auditor")


@emits(EventKind.AGENCY_CREATED)
def create_agency(
    *,
    uscc: str,
    name: str,
    region: str,
    level: str,
    domains: Iterable[str] = (),
    channel_name: str = "",
    channel_url: str = "",
    is_lead: bool = False,
    actor: Actor,
    now: datetime,
) -> Agency:
    """Add an agency, or a body that a law or regulation authorises, under its valid code.

    `channel_*` is the body's own publicity channel (plan 3.2d). Raises Refusal PERMISSION_DENIED, the
    code's own fault, AGENCY_EXISTS or NAME_REQUIRED.
    """
    require(actor, "agency.manage")
    fault = uscc_fault(uscc)
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    if not name.strip():
        raise Refusal.because("NAME_REQUIRED")
    if Agency.objects.filter(uscc=uscc).exists():
        raise Refusal.because("AGENCY_EXISTS", uscc=uscc)
    agency = Agency.objects.create(
        id=uuid7(),
        uscc=uscc,
        name=name.strip(),
        region=region,
        level=level,
        domains=sorted(set(domains)),
        channel_name=channel_name,
        channel_url=channel_url,
        is_lead=is_lead,
    )
    _tell(EventKind.AGENCY_CREATED, {"agency": agency.id, "uscc": uscc}, agency.id, actor, now)
    return agency


@emits(EventKind.USER_CREATED)
def create_user(
    *,
    username: str,
    name: str,
    agency_id: UUID,
    roles: Iterable[str],
    password: str,
    actor: Actor,
    now: datetime,
) -> User:
    """Add an officer's account; it can sign in once a second factor is bound. Never a superuser.

    Raises Refusal PERMISSION_DENIED, ROLES_EXCLUDE_EACH_OTHER, ROLE_UNKNOWN, USERNAME_TAKEN,
    PASSWORD_WEAK or AGENCY_UNKNOWN.
    """
    require(actor, "user.manage")
    given = _roles(roles)
    if not Agency.objects.filter(pk=agency_id, is_active=True).exists():
        raise Refusal.because("AGENCY_UNKNOWN")
    if User.objects.filter(username=username).exists():
        raise Refusal.because("USERNAME_TAKEN")
    user = User(id=uuid7(), username=username, name=name, agency_id=agency_id, roles=given)
    _set_password(user, password)
    user.save(force_insert=True)
    _tell(EventKind.USER_CREATED, {"user": user.id, "roles": given}, agency_id, actor, now)
    return user


@emits(EventKind.USER_ROLES_CHANGED)
def change_roles(*, user_id: UUID, roles: Iterable[str], actor: Actor, now: datetime) -> User:
    """Give an account other roles. Raises Refusal as `create_user` does, or USER_UNKNOWN."""
    require(actor, "user.manage")
    user, given = _user(user_id), _roles(roles)
    if sorted(user.roles) == given:
        nothing_to_emit()
        return user
    told = {"user": user.id, "before": sorted(user.roles), "after": given}
    user.roles = given
    user.save(update_fields=["roles"])
    _tell(EventKind.USER_ROLES_CHANGED, told, user.agency_id, actor, now)
    return user


@emits(EventKind.USER_DISABLED)
def disable_user(*, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Close an account; its sessions end with their next request. Raises Refusal USER_UNKNOWN."""
    require(actor, "user.manage")
    user = _user(user_id)
    if not user.is_active:
        nothing_to_emit()
        return
    user.is_active = False
    user.save(update_fields=["is_active"])
    _tell(EventKind.USER_DISABLED, {"user": user.id}, user.agency_id, actor, now)


@emits(EventKind.USER_PASSWORD_SET)
def set_password(*, user_id: UUID, password: str, actor: Actor, now: datetime) -> None:
    """Set an officer's password anew; the second factor stays. Raises Refusal USER_UNKNOWN, PASSWORD_WEAK."""
    if actor.user_id != user_id:
        require(actor, "user.manage")
    user = _user(user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    _tell(EventKind.USER_PASSWORD_SET, {"user": user.id}, user.agency_id, actor, now)


@emits(EventKind.USER_SECOND_FACTOR_SET)
def bind_second_factor(*, user_id: UUID, actor: Actor, now: datetime, secret: bytes | None = None) -> str:
    """Bind a new authenticator (TOTP) and void the old one; returns the otpauth URI to show once.

    `secret` is for restoring a known one, 20 bytes; otherwise it is drawn. Raises Refusal USER_UNKNOWN.
    """
    require(actor, "user.manage")
    user = _user(user_id)
    TOTPDevice.objects.filter(user=user).delete()
    device = TOTPDevice(user=user, name=user.username, confirmed=True)
    if secret is not None:
        device.key = secret.hex()
    device.save()
    _tell(EventKind.USER_SECOND_FACTOR_SET, {"user": user.id}, user.agency_id, actor, now)
    return str(device.config_url)


@emits(EventKind.KEYS_ROTATED)
def rotate_master_key(*, actor: Actor, now: datetime) -> int:
    """Draw a new master key, which writes from now on; returns its version. `vault.rotation.resume` does the rest.

    Raises Refusal PERMISSION_DENIED, or KEYS_ROTATING while an earlier rotation is not through.
    """
    require(actor, "keys.rotate")
    if left := rotation.left():
        raise Refusal.because("KEYS_ROTATING", count=str(left))
    version = rotation.begin()
    told = {"version": version, "by": actor.user_id}
    append(EventKind.KEYS_ROTATED, payload=told, agency=actor.agency_id, now=now)
    return version


@emits(EventKind.USER_SIGNED_IN)
def note_sign_in(*, actor: Actor, now: datetime) -> None:
    """Put a completed sign-in on record; called by access.login."""
    append(EventKind.USER_SIGNED_IN, payload={"user": actor.user_id}, agency=actor.agency_id, now=now)


@emits(EventKind.USER_SIGNED_OUT)
def note_sign_out(*, actor: Actor, now: datetime) -> None:
    """Put a sign-out on record; called by access.login."""
    append(EventKind.USER_SIGNED_OUT, payload={"user": actor.user_id}, agency=actor.agency_id, now=now)


def _user(user_id: UUID) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise Refusal.because("USER_UNKNOWN")
    return user


def _roles(roles: Iterable[str]) -> list[str]:
    """Sorted distinct roles, of which admin and auditor stand alone."""
    given = sorted(set(roles))
    for role in given:
        if role not in ROLE_LABELS:
            raise Refusal.because("ROLE_UNKNOWN", role=role)
        if role in ALONE and len(given) > 1:
            raise Refusal.because("ROLES_EXCLUDE_EACH_OTHER", role=ROLE_LABELS[role])
    if not given:
        raise Refusal.because("ROLE_UNKNOWN", role="")
    return given


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise Refusal.because("PASSWORD_WEAK", why="；".join(fault.messages)) from None
    user.set_password(password)


def _tell(kind: EventKind, told: dict[str, object], agency: UUID, actor: Actor, now: datetime) -> None:
    append(kind, payload={**told, "by": actor.user_id}, agency=agency, now=now)
