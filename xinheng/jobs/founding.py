"""The first agencies and officers of an installation, and the lawbook on the names of two of them (开办).

A YAML file names them; what is there already stays as it is, so the file can grow and be given again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction

from xinheng.access.actor import host
from xinheng.access.queries import actor_by_username, agency_by_code
from xinheng.access.services import bind_second_factor, create_agency, create_user
from xinheng.catalog import queries as catalog
from xinheng.catalog.services import found

OF_AGENCY = {"uscc", "name", "region", "level", "domains", "channel_name", "channel_url", "is_lead"}
OF_OFFICER = {"username", "name", "agency", "roles"}
NEEDED = {"uscc", "name", "region", "level", "username", "agency", "roles"}


class FoundingFault(ValueError):
    """The file cannot be used; the text is Chinese and names the entry."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What an officer needs for the first sign-in; shown once, kept nowhere."""

    username: str
    password: str
    authenticator: str


def read(file: Path) -> dict[str, list[dict[str, Any]]]:
    """`agencies:` and `officers:` of the file, every key known. Raises FoundingFault."""
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise FoundingFault(f"读不了文件 {file}，它应是 UTF-8 编码的 YAML。") from None
    if not isinstance(told, dict) or set(told) - {"agencies", "officers"}:
        raise FoundingFault(f"文件 {file} 只能有 agencies 和 officers 两部分。")
    for part, known in (("agencies", OF_AGENCY), ("officers", OF_OFFICER)):
        for number, entry in enumerate(told.get(part) or [], 1):
            _check(f"{part} 第 {number} 项", entry, known)
    return {part: told.get(part) or [] for part in ("agencies", "officers")}


def _check(where: str, entry: object, known: set[str]) -> None:
    if not isinstance(entry, Mapping):
        raise FoundingFault(f"{where} 应是一组“名称: 内容”。")
    if strange := set(entry) - known:
        raise FoundingFault(f"{where} 有不认识的内容：{'、'.join(sorted(strange))}。")
    if missing := (known & NEEDED) - set(entry):
        raise FoundingFault(f"{where} 缺少：{'、'.join(sorted(missing))}。")


@transaction.atomic
def set_up(told: Mapping[str, list[dict[str, Any]]], *, now: datetime) -> list[Credential]:
    """Make what is not there yet; the founding bundle once there are two officers of the credit office.

    Raises FoundingFault, or the Refusal of a service (a wrong code, a role that stands alone).
    """
    for each in told["agencies"]:
        if agency_by_code(each["uscc"]) is None:
            create_agency(**each, actor=host(), now=now)
    made = list(_officers(told["officers"], now))
    if not any(bundle.is_current for bundle in catalog.bundles()):
        found(officers=_two_of_the_office(told["officers"]), now=now)
    return made


def _officers(told: list[dict[str, Any]], now: datetime) -> Iterator[Credential]:
    for each in told:
        if actor_by_username(each["username"]) is not None:
            continue
        agency = agency_by_code(each["agency"])
        if agency is None:
            raise FoundingFault(f"账户 {each['username']} 的单位 {each['agency']} 还没有建立。")
        password = secrets.token_urlsafe(15)
        account = {"username": each["username"], "name": each.get("name", ""), "roles": each["roles"]}
        user = create_user(**account, agency_id=agency.id, password=password, actor=host(), now=now)
        authenticator = bind_second_factor(user_id=user.id, actor=host(), now=now)
        yield Credential(each["username"], password, authenticator)


def _two_of_the_office(told: list[dict[str, Any]]) -> tuple[UUID, UUID]:
    office = [actor_by_username(each["username"]) for each in told if "office" in each["roles"]]
    ids = [actor.user_id for actor in office if actor is not None]
    if len(ids) < 2:
        raise FoundingFault("法规与目录数据首次生效要由市信用办（office）两人具名，文件中不足两人。")
    return ids[0], ids[1]
