"""Some of the fictional city's contact points for repair, a complaint, and the gaps that are left (示例窗口和举报)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor, anybody
from xinheng.catalog.public import current_law
from xinheng.oversight import services
from xinheng.oversight.complaints import ComplaintGiven
from xinheng.oversight.directory import ContactGiven
from xinheng.oversight.queries import directory
from xinheng.runtime.clock import day_of

HOURS = "工作日 9:00—12:00，14:00—17:30"
OWN = ContactGiven("示例政务大厅 2 楼信用窗口", "示例联系人", "示例市示例路 1 号", "0517-00000001", HOURS)
PLACES: Mapping[tuple[str, str], ContactGiven] = {
    ("county", "320812"): ContactGiven("示例区政务服务中心", "", "示例区示例街 2 号", "0517-00000002", HOURS),
    ("county", "320826"): ContactGiven("", "示例专人", "", "0517-00000003", HOURS),
    ("site", "website"): ContactGiven("示例信用网站服务台", "", "", "0517-00000004", HOURS),
}
TOLD = "有人自称能“包修复”，要我交 2000 元（示例举报，并无其事）。"


def found(*, clerks: tuple[Actor, ...], office: Actor, about: str, now: datetime) -> None:
    """Publish a few and lodge one complaint; a city that has some already is left as it is."""
    if any(not row.gap for group in directory(current_law(day_of(now))) for row in group.rows):
        return
    for clerk in clerks:
        services.publish_contact(kind="agency", place="", given=OWN, actor=clerk, now=now)
        services.publish_procedure(item="penalty", manners=["credit_china", "window"], actor=clerk, now=now)
    for (kind, place), given in PLACES.items():
        services.publish_contact(kind=kind, place=place, given=given, actor=office, now=now)
    services.lodge(ComplaintGiven("charge", TOLD, about), once=UUID(int=1), actor=anybody(), now=now)
