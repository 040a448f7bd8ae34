"""A lift ends on the day that ends it, no measure is dated back before it, and its own body rates it (暂时解除，不得倒签)."""

import re
from importlib import import_module

from django.db import migrations

BEFORE = import_module("xinheng.registry.migrations.0051_measures_lifted_guards").GUARDS

# Used again from the day on which that is registered, or from the day after the last: never from one before.
IN_ORDER = (
    "OR NEW.ended_on > (NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date THEN",
    "OR NEW.ended_on <> least((NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date, OLD.until + 1) THEN",
)
# The lift is there already: a measure that is decided now is not of a day before it.
NOT_LIFTED = ("NEW.decided_on BETWEEN l.since AND l.until", "NEW.decided_on <= l.until")
RATED = (
    """OR NEW.sealed IS NULL OR (NEW.answer = 'ended'""",
    """OR NEW.sealed IS NULL OR NOT EXISTS (
            SELECT FROM access_user u WHERE (u.id, u.agency_id) = (NEW.answered_by, NEW.agency_id) AND u.is_active
               AND u.roles && CASE NEW.answer WHEN 'kept' THEN ARRAY['checker'] ELSE ARRAY['clerk', 'checker'] END)
       OR (NEW.answer = 'kept' AND NOT EXISTS (
            SELECT FROM registry_measuretaken m WHERE m.id = NEW.measure_id AND m.state = 'in_force'))
       OR (NEW.answer = 'ended'""",
)


def _rewritten(name: str, words: tuple[str, str]) -> migrations.RunSQL:
    """A function of that migration with some of its words put otherwise, which stand in it once."""
    found = re.search(rf"CREATE FUNCTION {name}\(.*?\$fn\$;\n", BEFORE, re.DOTALL)
    if found is None or found[0].count(words[0]) != 1:
        raise LookupError(name)
    there = found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    return migrations.RunSQL(there.replace(*words), there)


class Migration(migrations.Migration):
    dependencies = [("registry", "0052_measures_lifted_watch")]

    operations = [
        _rewritten("registry_lift_in_order", IN_ORDER),
        _rewritten("registry_measure_not_lifted", NOT_LIFTED),
        _rewritten("registry_rating_in_order", RATED),
    ]
