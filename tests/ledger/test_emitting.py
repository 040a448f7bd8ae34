"""Every writing service owes exactly one event, and all services of all apps say which."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from django.apps import apps

from tests.cast import NOW
from xinheng.ledger import services
from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.emitting import composed, emits, nothing_to_emit, part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event

A, B, C = EventKind.BATCH_ACCEPTED, EventKind.BATCH_WITHDRAWN, EventKind.RECORD_REDACTED


def tell(kind: EventKind) -> None:
    services.append(kind, payload={}, agency=None, now=NOW)


@pytest.fixture(autouse=True)
def no_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_subscribers", {kind: [] for kind in EventKind})
    monkeypatch.setattr(services, "_consumers", {kind: [] for kind in EventKind})


@pytest.mark.django_db
class TestHeldToIt:
    @pytest.mark.parametrize("told", [[], [B], [A, A], [A, B]])
    def test_none_another_or_several_undo_the_write(self, told: list[EventKind]) -> None:
        @emits(A)
        def write() -> None:
            for kind in told:
                tell(kind)

        with pytest.raises(LedgerFault, match="owes one event"):
            write()
        assert not Event.objects.exists()

    def test_one_of_those_named_is_enough(self) -> None:
        @emits(A, B)
        def write(kind: EventKind) -> str:
            tell(kind)
            return "done"

        assert (write(A), write(B)) == ("done", "done")

    def test_called_services_and_subscribers_answer_for_themselves(self) -> None:
        @emits(B)
        def inner() -> None:
            tell(B)

        @services.subscribe(A)
        def follow(event: object, payload: object) -> None:
            tell(C)

        @emits(A)
        def outer() -> None:
            inner()
            tell(A)

        outer()
        assert Event.objects.count() == 3

    def test_nothing_to_change_is_said_and_not_told_beside_an_event(self) -> None:
        @emits(A)
        def idle(told: bool) -> None:
            if told:
                tell(A)
            nothing_to_emit()

        idle(False)
        with pytest.raises(LedgerFault):
            idle(True)
        with pytest.raises(LedgerFault):
            nothing_to_emit()

    def test_a_part_runs_inside_of_a_service_only(self) -> None:
        @part_of_event
        def part() -> str:
            return "written"

        @emits(A)
        def write() -> str:
            tell(A)
            return part()

        with pytest.raises(LedgerFault, match="as part of"):
            part()
        assert write() == "written"

    def test_a_composed_service_leaves_writing_to_others(self) -> None:
        @part_of_event
        def part() -> None: ...

        @emits(A)
        def write() -> None:
            tell(A)

        @composed
        def compose(further: Callable[[], None]) -> None:
            write()
            write()
            further()

        compose(lambda: None)
        assert Event.objects.count() == 2
        for further in (lambda: tell(B), part):
            with pytest.raises(LedgerFault):
                compose(further)
        assert Event.objects.count() == 2

    def test_a_refusal_passes_as_it_is(self) -> None:
        @emits(A)
        def refuse() -> None:
            raise KeyError("why")

        with pytest.raises(KeyError):
            refuse()


# The ledger is what services emit with; it owes itself nothing.
EXEMPT = {"xinheng.ledger.services"}
# Offered by a services module without a mark of its own, each with its reason.
UNMARKED = {
    "documents.preview": "draws a sample and writes nothing",
    "exchange.annotated": "reads: the sender's own workbook, behind the gate",
    "exchange.decide": "hands on to one marked function per kind of proposal",
    "exchange.submit_now": "hands on to intake.accept, whose writing parts are marked",
    "exchange.submit_one": "hands on to receive and submit_now",
    "publication.preview_bundle": "projects in a transaction that it throws away",
    "publication.verify": "compares and changes nothing",
}


# A part of an app that is large enough to have services of its own.
PARTS = ("xinheng.casework.repairs.services",)


def service_modules() -> Iterator[ModuleType]:
    yield from map(importlib.import_module, PARTS)
    for config in apps.get_app_configs():
        name = f"{config.name}.services"
        if config.name.startswith("xinheng.") and importlib.util.find_spec(name) and name not in EXEMPT:
            yield importlib.import_module(name)


def silent(module: ModuleType) -> list[str]:
    """Public functions of a services module that say neither which event they emit nor whose part they are."""
    offered = set(getattr(module, "__all__", ()))
    found = inspect.getmembers(module, inspect.isfunction)
    own = [(name, each) for name, each in found if each.__module__ == module.__name__ or name in offered]
    return [name for name, each in own if name[0] != "_" and not speaks(each)]


def speaks(service: Callable[..., object]) -> bool:
    return any(getattr(service, mark, False) for mark in ("__emits__", "__part_of_event__", "__composed__"))


def test_all_services_of_all_apps_say_which_event_they_emit() -> None:
    modules = list(service_modules())
    assert {"xinheng.access.services", "xinheng.subjects.services"} <= {each.__name__ for each in modules}
    found = {f"{each.__name__.split('.')[1]}.{name}" for each in modules for name in silent(each)}
    assert found == set(UNMARKED)


def test_a_service_that_says_nothing_is_found() -> None:
    module = ModuleType("xinheng.planted.services")

    def write_silently() -> None:
        return None

    write_silently.__module__ = module.__name__
    module.__dict__["write_silently"] = write_silently
    assert silent(module) == ["write_silently"]


def test_event_kinds_that_services_name_are_in_the_vocabulary() -> None:
    for module in service_modules():
        for _, service in inspect.getmembers(module, inspect.isfunction):
            assert getattr(service, "__emits__", frozenset()) <= set(EventKind)
