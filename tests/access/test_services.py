"""Agencies and officers are set up by the administrator, under valid codes, each act with its event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import cast
from tests.cast import ADMIN, AUDITOR, MARKET, MARKET_CLERK, NOW, OFFICER
from xinheng.access import queries, services
from xinheng.access.actor import host
from xinheng.access.models import User
from xinheng.law.language import Refusal
from xinheng.ledger.models import Event, EventPayload

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"actor": ADMIN.actor, "now": NOW}


@pytest.fixture(autouse=True)
def settled() -> None:
    cast.settle()


def code_of(call: Any, *args: Any, **asked: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args, **asked)
    return caught.value.reasons[0].code


def kinds() -> list[str]:
    return list(Event.objects.order_by("at", "id").values_list("kind", flat=True))


def agency(**other: Any) -> Any:
    asked: dict[str, Any] = {
        "uscc": cast.uscc("11", 77),
        "name": "示例市农业农村局",
        "region": cast.AREA,
        "level": "city",
    }
    return services.create_agency(**(asked | BY | other))


def officer(**other: Any) -> User:
    asked: dict[str, Any] = {"username": "new", "name": "示例新", "agency_id": MARKET.id, "roles": ["clerk"]}
    return services.create_user(**(asked | {"password": cast.PASSWORD} | BY | other))


class TestAgencies:
    def test_is_found_by_its_code(self) -> None:
        made = agency(domains=["food", "drug", "food"], channel_name="示例网站")
        found = queries.agency_by_code(made.uscc)
        assert found is not None
        assert (found.name, found.domains, found.channel_name) == (
            "示例市农业农村局",
            ("drug", "food"),
            "示例网站",
        )
        assert kinds() == ["agency.created"]

    def test_the_host_s_command_line_may(self) -> None:
        agency(actor=host())
        assert kinds() == ["agency.created"]

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ("USCC_CHECK_DIGIT", {"uscc": cast.uscc("11", 77)[:-1] + "0"}),
            ("AGENCY_EXISTS", {"uscc": MARKET.uscc}),
            ("NAME_REQUIRED", {"name": "  "}),
            ("PERMISSION_DENIED", {"actor": OFFICER.actor}),
            ("PERMISSION_DENIED", {"actor": AUDITOR.actor}),
        ],
    )
    def test_is_refused(self, code: str, other: dict[str, Any]) -> None:
        assert code_of(agency, **other) == code
        assert kinds() == []


class TestOfficers:
    def test_is_an_actor_and_never_a_superuser(self) -> None:
        made = officer(roles=["checker", "clerk", "clerk"])
        actor = queries.actor_by_username("new", channel="cli")
        assert actor is not None
        assert (actor.user_id, actor.agency_name, actor.roles) == (made.id, MARKET.name, {"clerk", "checker"})
        assert not hasattr(made, "is_superuser")
        assert made.check_password(cast.PASSWORD)
        assert kinds() == ["user.created"]

    @pytest.mark.parametrize(
        ("code", "other"),
        [
            ("ROLES_EXCLUDE_EACH_OTHER", {"roles": ["admin", "auditor"]}),
            ("ROLES_EXCLUDE_EACH_OTHER", {"roles": ["clerk", "admin"]}),
            ("ROLE_UNKNOWN", {"roles": ["superuser"]}),
            ("ROLE_UNKNOWN", {"roles": []}),
            ("USERNAME_TAKEN", {"username": "office"}),
            ("AGENCY_UNKNOWN", {"agency_id": UUID(int=9)}),
            ("PASSWORD_WEAK", {"password": "短口令"}),
            ("PERMISSION_DENIED", {"actor": MARKET_CLERK.actor}),
        ],
    )
    def test_is_refused(self, code: str, other: dict[str, Any]) -> None:
        assert code_of(officer, **other) == code
        assert kinds() == []

    def test_events_say_who_by_id_only(self) -> None:
        made = officer()
        (payload,) = EventPayload.objects.values_list("payload", flat=True)
        ((table, key, digest),) = payload.pop("wrote")
        assert (table, key, len(digest)) == ("access_user", str(made.id), 64)
        assert payload == {"user": str(made.id), "roles": ["clerk"], "by": str(ADMIN.actor.user_id)}

    def test_roles_change_with_an_event_and_equal_ones_without(self) -> None:
        user_id = MARKET_CLERK.actor.user_id
        services.change_roles(user_id=user_id, roles=["clerk"], **BY)
        assert kinds() == []
        services.change_roles(user_id=user_id, roles=["checker"], **BY)
        assert kinds() == ["user.roles_changed"]
        assert User.objects.get(pk=user_id).roles == ["checker"]

    def test_a_disabled_account_is_no_actor(self) -> None:
        services.disable_user(user_id=MARKET_CLERK.actor.user_id, **BY)
        services.disable_user(user_id=MARKET_CLERK.actor.user_id, **BY)
        assert queries.actor_by_username("market-clerk") is None
        assert kinds() == ["user.disabled"]

    def test_everyone_sets_the_own_password_only(self) -> None:
        own = MARKET_CLERK.actor.user_id
        services.set_password(
            user_id=own, password="示例-另外一句够长的口令", actor=MARKET_CLERK.actor, now=NOW
        )
        other = OFFICER.actor.user_id
        asked: dict[str, Any] = {"password": cast.PASSWORD, "actor": MARKET_CLERK.actor, "now": NOW}
        assert code_of(services.set_password, user_id=other, **asked) == "PERMISSION_DENIED"
        assert code_of(services.set_password, user_id=UUID(int=9), **(asked | BY)) == "USER_UNKNOWN"

    def test_a_new_second_factor_voids_the_old_one(self) -> None:
        user_id = MARKET_CLERK.actor.user_id
        first = services.bind_second_factor(user_id=user_id, **BY)
        second = services.bind_second_factor(user_id=user_id, secret=b"s" * 20, **BY)
        assert first.startswith("otpauth://totp/")
        assert first != second
        (device,) = TOTPDevice.objects.filter(user=user_id)
        assert device.bin_key == b"s" * 20
        assert kinds() == ["user.second_factor_set"] * 2


def test_agency_actor_is_the_first_officer_in_that_role() -> None:
    found = queries.agency_actor(MARKET.id, "clerk")
    assert found is not None
    assert found.user_id == MARKET_CLERK.actor.user_id
    assert queries.agency_actor(MARKET.id, "office") is None
    assert queries.officer_names({found.user_id, UUID(int=9)}) == {found.user_id: "示例甲"}
