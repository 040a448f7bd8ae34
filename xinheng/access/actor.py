"""Who acts: an officer with an agency and roles, a subject for itself, or the host's command line (经办主体)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from xinheng.access.models import User

# The host's own command line: it may set up agencies and accounts, and open no file.
HOST_ID = UUID(int=0)


# A subject acts for no agency.
NOBODYS = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Own:
    """Whose file is open to whom: the account, whom it is bound to, on which day the mandate is asked.

    `present` is the act by which window staff put on record that the person is there (None online).
    """

    account: UUID
    subject: UUID
    day: date
    basis: str
    present: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which agency, in which roles, and through which channel (desk, cli, api, counter, window).

    With `own` the actor sees the rows of that subject and nobody else's, whatever the roles.
    """

    user_id: UUID
    agency_id: UUID
    agency_name: str
    roles: frozenset[str]
    name: str
    channel: str
    own: Own | None = None

    @property
    def whole_city(self) -> bool:
        """Whether rows of all agencies are this actor's concern: the city office and the auditor."""
        return bool(self.roles & {"office", "auditor"})


def actor_of(user: User, *, channel: str) -> Actor:
    """The actor that an account is; `user.agency` is read."""
    return Actor(user.id, user.agency_id, user.agency.name, frozenset(user.roles), user.name, channel)


def counter_actor(own: Own) -> Actor:
    """A subject at its own file, online; `own.account` is who acts."""
    return Actor(own.account, NOBODYS, "", frozenset({"subject"}), "本人", "counter", own)


def at_window(officer: Actor, own: Own) -> Actor:
    """Window staff for a person who is present: the window's role alone, and that person's rows alone."""
    return replace(officer, roles=officer.roles & {"window"}, channel="window", own=own)


def host(channel: str = "cli") -> Actor:
    """The command line on the host, for `xinheng init` and `xinheng demo`: a system administrator without name."""
    return Actor(HOST_ID, HOST_ID, "", frozenset({"admin"}), "系统命令", channel)


def anybody(channel: str = "portal") -> Actor:
    """Whoever complains on the public pages: nobody known, and nothing but that may be done."""
    return Actor(HOST_ID, NOBODYS, "", frozenset({"anybody"}), "任何人", channel)


def system(agency: UUID = HOST_ID, name: str = "", *, channel: str = "tick") -> Actor:
    """The calendar, for an agency: takes the machine's own steps, none of them adverse, and may nothing else."""
    return Actor(HOST_ID, agency, name, frozenset({"system"}), "系统", channel)
