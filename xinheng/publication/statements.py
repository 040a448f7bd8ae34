"""The SQL of a projection, in the order in which it runs (公示投影的语句)."""

from __future__ import annotations

from xinheng.registry.standing import IN_FORCE

# Given to the planner for the length of the transaction: a batch may be one row or a million, and the
# tables were filled a moment ago. JIT compiles for longer than any of these statements runs.
TUNE = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"

TEMPORARY = (
    "scope", "answer", "wanted", "before", "capped", "pair", "outcome", "render", "name", "fresh",
    "admitted", "listing", "hidden", "marked", "shown",
)  # fmt: skip

# `stretch` counts the boundaries of the lawbook up to the decision. It is taken anew from the date: a bundle
# loaded since may have drawn a boundary where the facts of the record knew none.
SCOPE = """
CREATE TEMP TABLE projection_scope ON COMMIT DROP AS
SELECT r.id AS record, r.subject_id AS subject, r.agency_id AS agency, r.facts_id AS facts, r.version,
       width_bucket(r.decided_on, %(boundaries)s) AS stretch, r.adverse, r.state = 'live' AS live, r.decided_on, r.accepted_on, r.valid_to
FROM registry_record r WHERE {where}
"""

# Clause 5.1b: what repair, correction or revocation took from the public's view, and what stands beside the rest.
STANDING = f"""
CREATE TEMP TABLE projection_hidden ON COMMIT DROP AS
SELECT DISTINCT s.record FROM projection_scope s
JOIN registry_recordeffect e ON e.record_id = s.record AND e.public <> 'marked' AND {IN_FORCE};
CREATE TEMP TABLE projection_marked ON COMMIT DROP AS
SELECT s.record, array_agg(DISTINCT m.mark ORDER BY m.mark)::text AS marks FROM projection_scope s
JOIN registry_recordmark m ON m.record_id = s.record AND m.until IS NULL GROUP BY s.record
"""

# What a decision on a false promise says: shown through a day of its own, where the kind's own term is over before.
SHOWN_LONGER = """
CREATE TEMP TABLE projection_shown ON COMMIT DROP AS
SELECT s.record, max(t.until) + 1 AS until FROM projection_scope s
JOIN registry_recordshown t ON t.record_id = s.record
JOIN registry_recordmark m ON (m.record_id, m.matter, m.mark) = (t.record_id, t.matter, 'false_promise') AND m.until IS NULL
GROUP BY s.record
"""

DISTINCT_FACTS = """
SELECT s.facts, s.stretch, s.marks, f.facts FROM (
    SELECT DISTINCT facts, stretch, coalesce(m.marks, '{}') AS marks
    FROM projection_scope LEFT JOIN projection_marked m USING (record)
) s JOIN registry_facts f ON f.id = s.facts ORDER BY 1, 2, 3
"""

ANSWERS = """
CREATE TEMP TABLE projection_answer (
    facts integer, stretch integer, marks text, law_from date, verdict integer, start text, months integer,
    until_valid boolean, open_end boolean
) ON COMMIT DROP
"""

# One expression for the dates of one answer. The day of the decision is not counted and month ends clamp
# (民法典 201-202), so the last day shown is that day plus the months; `until` is the day after it.
_START = "CASE {a}.start WHEN 'accepted_on' THEN s.accepted_on ELSE s.decided_on END"
_UNTIL = (
    f"least(({_START} + make_interval(months => {{a}}.months))::date + 1,"
    " CASE WHEN {a}.until_valid THEN s.valid_to + 1 END)"
)
_ENDLESS = "({a}.months IS NULL AND NOT ({a}.until_valid AND s.valid_to IS NOT NULL))"

# What is wanted: the answer of today's law, cut where a coming edition ends it. Where there is no answer, a
# record is no longer live, its party is a person (found by the subject alone, clause 3.2c), an end is
# neither known nor allowed to be missing, or the term was over before the record came, nothing is wanted.
WANTED = f"""
CREATE TEMP TABLE projection_wanted ON COMMIT DROP AS
WITH spans AS (
    SELECT s.record, a.verdict, {_START.format(a="a")} AS visible_from,
           greatest({_UNTIL.format(a="a")}, CASE WHEN {_UNTIL.format(a="a")} IS NOT NULL THEN l.until END) AS visible_until
    FROM projection_scope s
    LEFT JOIN projection_marked m USING (record)
    LEFT JOIN projection_shown l USING (record)
    JOIN projection_answer a
        ON (a.facts, a.stretch, a.marks) = (s.facts, s.stretch, coalesce(m.marks, '{{}}')) AND a.law_from IS NULL
    JOIN subjects_subject p ON p.id = s.subject AND p.kind <> 'natural_person'
    WHERE s.live AND NOT EXISTS (SELECT FROM projection_hidden h WHERE h.record = s.record)
      AND a.verdict IS NOT NULL AND (a.open_end OR NOT {_ENDLESS.format(a="a")})
), endings AS (
    SELECT s.record, min(greatest(a.law_from, CASE WHEN a.verdict IS NULL THEN NULL
        WHEN a.open_end AND {_ENDLESS.format(a="a")} THEN 'infinity'::date
        ELSE greatest({_UNTIL.format(a="a")}, l.until) END)) AS visible_until
    FROM projection_scope s
    LEFT JOIN projection_marked m USING (record)
    LEFT JOIN projection_shown l USING (record)
    JOIN projection_answer a
        ON (a.facts, a.stretch, a.marks) = (s.facts, s.stretch, coalesce(m.marks, '{{}}')) AND a.law_from IS NOT NULL
    GROUP BY s.record
), dated AS (
    SELECT w.record, w.verdict, w.visible_from,
           nullif(least(w.visible_until, e.visible_until), 'infinity') AS visible_until
    FROM spans w LEFT JOIN endings e USING (record)
)
SELECT d.* FROM dated d JOIN projection_scope s USING (record)
WHERE d.visible_until IS NULL OR d.visible_until > greatest(d.visible_from, s.accepted_on)
"""

# The state before: what the public sees, or, for a rebuild, what the evidence says it may see.
BEFORE_SHOWN = """
CREATE TEMP TABLE projection_before ON COMMIT DROP AS
SELECT e.record, e.version, e.verdict_id AS verdict, e.visible_from, e.visible_until
FROM publication_publicentry e WHERE e.record IN (SELECT record FROM projection_scope)
"""

BEFORE_EVIDENCE = """
CREATE TEMP TABLE projection_before ON COMMIT DROP AS
SELECT * FROM (
    SELECT DISTINCT ON (c.record) c.record, c.version, c.verdict_id AS verdict, c.visible_from, c.visible_until
    FROM publication_publicationchange c JOIN projection_scope s USING (record)
    ORDER BY c.record, c.at DESC, c.event DESC
) latest WHERE verdict IS NOT NULL
"""

# Whose publication may not be widened now: adverse, and either no officer acted or one has still to decide.
CAPPED = """
CREATE TEMP TABLE projection_capped ON COMMIT DROP AS
SELECT s.record FROM projection_scope s
WHERE s.adverse AND (%(narrow_only)s OR EXISTS (
    SELECT FROM publication_heldwidening h WHERE h.record = s.record AND h.granted IS NOT TRUE))
"""

PAIRS_TO_NARROW = """
SELECT DISTINCT w.verdict, b.verdict FROM projection_wanted w
JOIN projection_before b USING (record) JOIN projection_capped c USING (record)
WHERE w.verdict <> b.verdict
"""

PAIRS = """
CREATE TEMP TABLE projection_pair (wanted integer, before integer, verdict integer) ON COMMIT DROP
"""

# The outcome: capped rows get what both the wanted and the present state allow; `held` marks what they lack.
OUTCOME = """
CREATE TEMP TABLE projection_outcome ON COMMIT DROP AS
WITH joined AS (
    SELECT s.record, s.subject, s.agency, s.version, c.record IS NOT NULL AS capped,
           w.verdict AS wanted, w.visible_from AS wanted_from, w.visible_until AS wanted_until,
           b.verdict AS before, b.version AS before_version, b.visible_from AS before_from,
           b.visible_until AS before_until, coalesce(p.verdict, w.verdict) AS agreed
    FROM projection_scope s
    LEFT JOIN projection_wanted w USING (record)
    LEFT JOIN projection_before b USING (record)
    LEFT JOIN projection_capped c USING (record)
    LEFT JOIN projection_pair p ON p.wanted = w.verdict AND p.before = b.verdict
), cut AS (
    SELECT j.*,
           CASE WHEN wanted IS NULL OR capped AND before IS NULL THEN NULL
                WHEN capped THEN greatest(wanted_from, before_from) ELSE wanted_from END AS new_from,
           CASE WHEN capped THEN least(wanted_until, before_until) ELSE wanted_until END AS new_until
    FROM joined j
), settled AS (
    SELECT c.*, CASE WHEN new_from IS NULL OR new_until <= new_from THEN NULL
                     WHEN capped THEN agreed ELSE wanted END AS verdict
    FROM cut c
)
SELECT record, subject, agency, version, verdict,
       CASE WHEN verdict IS NOT NULL THEN new_from END AS visible_from,
       CASE WHEN verdict IS NOT NULL THEN new_until END AS visible_until,
       wanted, wanted_from, wanted_until,
       CASE WHEN verdict IS NULL THEN before IS NOT NULL
            ELSE (verdict, version, new_from, new_until)
                 IS DISTINCT FROM (before, before_version, before_from, before_until) END AS differs,
       capped AND wanted IS NOT NULL AND coalesce(wanted_until > %(today)s, true) AND (
            verdict IS NULL OR wanted <> verdict
            OR coalesce(wanted_until, 'infinity') > coalesce(new_until, 'infinity')
            OR greatest(wanted_from, %(today)s) < greatest(new_from, %(today)s)) AS held
FROM settled
"""

RENDER = """
CREATE TEMP TABLE projection_render (verdict integer, shown text[], masks jsonb) ON COMMIT DROP
"""

SHOWN_SUBJECTS = "SELECT o.subject FROM projection_outcome o WHERE o.verdict IS NOT NULL"

# Names that may be a person's although a trade stands behind them: few, and the law is asked about each.
TRADE_NAMES = """
SELECT p.id, p.name FROM subjects_subject p
WHERE p.kind = 'sole_trader' AND (char_length(p.name) <= %(longest)s OR p.name ~ %(beside)s)
  AND p.id IN ({whose})
"""

NAMES = "CREATE TEMP TABLE projection_name (subject uuid, name text) ON COMMIT DROP"

SUBJECTS = """
INSERT INTO publication_publicsubject AS was (subject, uscc, name, kind, bigrams)
SELECT p.id, p.uscc, coalesce(n.name, p.name), p.kind,
       CASE WHEN n.name IS NULL THEN name_bigrams(lower(normalize(p.name, NFKC))) ELSE '{{}}' END
FROM subjects_subject p LEFT JOIN projection_name n ON n.subject = p.id
WHERE p.id IN ({whose})
ORDER BY p.id
ON CONFLICT (subject) DO UPDATE SET uscc = excluded.uscc, name = excluded.name, kind = excluded.kind,
    bigrams = excluded.bigrams
WHERE (was.uscc, was.name, was.kind) IS DISTINCT FROM (excluded.uscc, excluded.name, excluded.kind)
"""

# What an entry holds is a function of the record's version and the outcome, so that a rebuild and a
# verification say the same again. A record without anything to leave out, mask or rename, by far the most
# frequent case, is taken as it stands; the functions are for the others.
RENDERED = """
SELECT o.record, o.subject, r.item_code, o.version, i.body_name, i.number, r.decided_on,
       CASE WHEN g.masks IS NULL AND n.name IS NULL AND v.withheld = '{{}}' AND v.content - g.shown = '{{}}'
            THEN v.content
            ELSE publication_masked(publication_shown(v.content - v.withheld, g.shown), g.masks)
                 || CASE WHEN n.name IS NULL THEN '{{}}' ELSE jsonb_build_object('party_name', n.name) END
       END AS content,
       CASE WHEN v.withheld = '{{}}' THEN v.withheld
            ELSE ARRAY(SELECT f FROM unnest(v.withheld) f WHERE f = ANY (g.shown) ORDER BY f) END AS withheld,
       v.source, o.verdict AS verdict_id, o.visible_from, o.visible_until
FROM projection_outcome o
JOIN registry_record r ON r.id = o.record
JOIN registry_instrument i ON i.id = r.instrument_id
JOIN registry_recordversion v ON v.record_id = o.record AND v.version = o.version
JOIN projection_render g ON g.verdict = o.verdict
LEFT JOIN projection_name n ON n.subject = o.subject
WHERE o.verdict IS NOT NULL AND {chosen}
"""

_COLUMNS = (
    "subject, item_code, version, body_name, number, decided_on, content, withheld, source, verdict_id,"
    " visible_from, visible_until"
)

# Without entries before, as for every first acceptance and every rebuild, nothing can conflict.
NEW_ENTRIES = f"INSERT INTO publication_publicentry (record, {_COLUMNS}) {RENDERED} ORDER BY o.record"

ENTRIES = f"""
{NEW_ENTRIES}
ON CONFLICT (record) DO UPDATE SET ({_COLUMNS}) = (
    {", ".join(f"excluded.{name.strip()}" for name in _COLUMNS.split(","))})
"""

REMOVED = """
DELETE FROM publication_publicentry e USING projection_outcome o
WHERE e.record = o.record AND o.verdict IS NULL AND o.differs
"""

# The digest is the row in a fixed binary form: publication.proofs says the same in Python.
_DAY = "coalesce(date_send({day}), '\\x80000000'::bytea)"
CHANGES = f"""
INSERT INTO publication_publicationchange
       (record, at, event, version, cause, verdict_id, visible_from, visible_until, place, digest)
SELECT n.record, %(at)s, %(event)s, n.version, %(cause)s, n.verdict, n.visible_from, n.visible_until, n.place,
       sha256(%(head)s || int4send(n.place) || uuid_send(n.record) || int4send(n.version)
              || coalesce(v.digest, ''::bytea) || {_DAY.format(day="n.visible_from")}
              || {_DAY.format(day="n.visible_until")})
FROM (SELECT o.*, (row_number() OVER (ORDER BY o.record) - 1)::integer AS place
      FROM projection_outcome o WHERE o.differs) n
LEFT JOIN publication_publicverdict v ON v.id = n.verdict ORDER BY n.record
"""

# What one projection changed, in one hash: digests in the order of their places.
CHANGED = """
SELECT count(*), sha256(coalesce(string_agg(c.digest, ''::bytea ORDER BY c.place), ''::bytea))
FROM publication_publicationchange c JOIN projection_outcome o ON o.record = c.record AND o.differs
WHERE c.at = %(at)s AND c.event = %(event)s
"""

# A hold that was decided stays decided until the law wants something else again.
HELD = """
INSERT INTO publication_heldwidening AS was
       (record, agency, version, event, verdict_id, wanted_from, wanted_until, held_since, ground)
SELECT record, agency, version, %(event)s, wanted, wanted_from, wanted_until, %(at)s, ''
FROM projection_outcome WHERE held ORDER BY record
ON CONFLICT (record) DO UPDATE SET
    version = excluded.version, event = excluded.event, verdict_id = excluded.verdict_id,
    wanted_from = excluded.wanted_from, wanted_until = excluded.wanted_until, held_since = excluded.held_since,
    decided_by = NULL, decided_at = NULL, granted = NULL, ground = ''
WHERE (was.verdict_id, was.wanted_from, was.wanted_until)
      IS DISTINCT FROM (excluded.verdict_id, excluded.wanted_from, excluded.wanted_until) OR was.granted
"""

NO_LONGER_HELD = """
DELETE FROM publication_heldwidening h USING projection_outcome o
WHERE h.record = o.record AND NOT o.held AND h.decided_at IS NULL
"""

DIFFERENCES = """
SELECT CASE WHEN e.record IS NULL THEN 'missing' WHEN f.record IS NULL THEN 'surplus' ELSE 'other' END,
       coalesce(e.record, f.record)
FROM publication_publicentry e FULL JOIN projection_fresh f USING (record)
WHERE (e.subject, e.item_code, e.version, e.body_name, e.number, e.decided_on, e.content, e.withheld, e.source,
       e.verdict_id, e.visible_from, e.visible_until)
   IS DISTINCT FROM (f.subject, f.item_code, f.version, f.body_name, f.number, f.decided_on, f.content, f.withheld,
       f.source, f.verdict_id, f.visible_from, f.visible_until)
ORDER BY 2
"""
