"""Where the clocks of each procedure stand, for what is done to all of them at once (期限所在的表).

The same statements run over each table, its rows locked as the steps of its procedure lock them; what they find comes
together in one set, so that one event tells of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSet:
    """One table, d, and its case, c, where it has one. Texts are SQL over the two.

    `case` is locked before the clock, as every step does; a matter has one running clock, which its step waits for.
    `only` are the sole ones who are told, "" where the ladder says who.
    """

    table: str
    case: str = ""
    matter: str = "d.case_id"
    agency: str = "c.agency_id"
    handler: str = "c.handler"
    listed: str = "''"
    extended_by: str = "'{}'::text[]"
    only: str = ""

    @property
    def rows(self) -> str:
        return f"{self.table} d" + (f" JOIN {self.case} c ON c.id = d.case_id" if self.case else "")

    @property
    def key(self) -> str:
        """One text for all by which clocks are told apart, so that they are joined to their answers by one hash."""
        told = f"{self.listed}, d.name, d.start, d.n, {self.extended_by}::text, d.last, d.provisional"
        return f"concat_ws('|', {told})"

    def moving(self) -> str:
        return ("FOR KEY SHARE OF c " if self.case else "") + "FOR NO KEY UPDATE OF d"

    def telling(self) -> str:
        return "FOR KEY SHARE OF c, d" if self.case else "FOR SHARE OF d"

    def told(self, roles: str) -> str:
        """Whom the reminders of a row name."""
        return f"CASE {self.only} ELSE {roles} END" if self.only else roles


# Who handles complaints is told of them by that permission: nobody else learns that there is one.
HANDLES_COMPLAINTS = "complaint.handle"
_COMPLAINTS = f"WHEN d.kind = 'complaint' THEN ARRAY['{HANDLES_COMPLAINTS}']"

# The list that all entries of a repair are on; a view says the same (migration 0082).
_LIST_OF_ENTRIES = """coalesce((SELECT min(e.list) FROM casework_repairitem i JOIN registry_listentry e ON e.id = i.entry_id
 WHERE i.case_id = c.id HAVING count(DISTINCT e.list) = 1), '')"""

SETS = (
    ClockSet(
        table="casework_deadline", case="casework_case", listed="c.list", extended_by="d.extended_by"
    ),
    ClockSet(table="casework_repairclock", case="casework_repaircase", listed=_LIST_OF_ENTRIES),
    ClockSet(table="casework_promiseclock", case="casework_promisecase", listed="c.list"),
    ClockSet(
        table="casework_matterclock", matter="d.matter", agency="d.agency_id", handler="NULL::uuid", only=_COMPLAINTS
    ),
)  # fmt: skip


def over_all(arms: Iterator[str]) -> str:
    """What several statements with locks of their own find, as one."""
    return " UNION ALL ".join(f"SELECT * FROM ({each}) s{n}" for n, each in enumerate(arms))
