"""The SQL of the projection of list entries, in the order in which it runs (名单公示投影的语句)."""

from __future__ import annotations

# The law is asked once for each list, edition, kind of party and role.
DISTINCT = """
SELECT DISTINCT l.list, l.edition, l.subject_kind, l.role FROM registry_listentry l
WHERE {where} AND l.state = 'listed' AND l.publishable AND l.subject_kind <> 'natural_person'
"""

ADMITTED = """
CREATE TEMP TABLE projection_admitted (
    list text, edition text, subject_kind text, role text, list_name text, law_until date
) ON COMMIT DROP
"""

# What is wanted: an entry that stands, may be published by what the law answered when it was listed and by what
# it answers today, of a party that is no person (3.2c). The day after its last day it is over, rest day or not;
# where nobody acted on the entry itself, evidence is the ceiling as for records (adr/0005).
OUTCOME = """
CREATE TEMP TABLE projection_listing ON COMMIT DROP AS
WITH before AS (
    SELECT DISTINCT ON (c.entry) c.entry, c.visible_from, c.visible_until
    FROM publication_listingchange c JOIN registry_listentry l ON l.id = c.entry AND {where}
    ORDER BY c.entry, c.at DESC, c.event DESC
), wanted AS (
    SELECT l.id AS entry, a.list_name, p.uscc, p.kind, coalesce(nullif(l.party, ''), p.name) AS name,
           l.listed_on AS visible_from, least(l.until + 1, a.law_until) AS visible_until
    FROM registry_listentry l
    JOIN subjects_subject p ON p.id = l.subject_id AND p.kind <> 'natural_person'
    JOIN projection_admitted a USING (list, edition, subject_kind, role)
    WHERE {where} AND l.state = 'listed' AND l.publishable AND l.subject_kind <> 'natural_person'
), settled AS (
    SELECT l.id AS entry, b.visible_from AS before_from, b.visible_until AS before_until,
           CASE WHEN NOT %(narrow_only)s OR b.visible_from IS NOT NULL
                THEN greatest(w.visible_from, CASE WHEN %(narrow_only)s THEN b.visible_from END) END AS new_from,
           least(w.visible_until, CASE WHEN %(narrow_only)s THEN b.visible_until END) AS new_until,
           w.entry IS NOT NULL AS wanted
    FROM registry_listentry l LEFT JOIN before b ON b.entry = l.id LEFT JOIN wanted w ON w.entry = l.id
    WHERE {where}
), dated AS (
    SELECT s.*, s.wanted AND s.new_from IS NOT NULL AND coalesce(s.new_from < s.new_until, true) AS shown
    FROM settled s
)
SELECT l.id AS entry, l.subject_id AS subject, w.uscc, w.name, w.kind, l.list, w.list_name, l.edition, l.range,
       l.body_name, l.number, l.decided_on, l.listed_on, l.interim,
       CASE WHEN d.shown THEN d.new_from END AS visible_from,
       CASE WHEN d.shown THEN d.new_until END AS visible_until, m.lifted_from, m.lifted_until,
       (CASE WHEN d.shown THEN d.new_from END, CASE WHEN d.shown THEN d.new_until END)
           IS DISTINCT FROM (d.before_from, d.before_until) AS differs
FROM registry_listentry l JOIN dated d ON d.entry = l.id LEFT JOIN wanted w ON w.entry = l.id
LEFT JOIN LATERAL (
    SELECT m.since AS lifted_from, least(m.until + 1, m.ended_on) AS lifted_until FROM registry_measurelift m
    WHERE m.entry_id = l.id ORDER BY least(m.until + 1, m.ended_on) DESC, m.id LIMIT 1
) m ON m.lifted_from < m.lifted_until
WHERE {where}
"""

TRADERS = """
SELECT DISTINCT name FROM projection_listing WHERE kind = 'sole_trader' AND visible_from IS NOT NULL
"""
MASKED = "UPDATE projection_listing SET name = %s WHERE kind = 'sole_trader' AND name = %s"

SUBJECTS = "SELECT o.subject FROM projection_listing o WHERE o.visible_from IS NOT NULL"

COLUMNS = (
    "subject", "uscc", "name", "kind", "list", "list_name", "edition", "range", "body_name", "number", "decided_on",
    "listed_on", "interim", "visible_from", "visible_until", "lifted_from", "lifted_until",
)  # fmt: skip
_COLUMNS = ", ".join(COLUMNS)

REMOVED = """
DELETE FROM publication_publiclisting e USING projection_listing o WHERE e.entry = o.entry AND o.visible_from IS NULL
"""

WRITTEN = f"""
INSERT INTO publication_publiclisting (entry, {_COLUMNS})
SELECT entry, {_COLUMNS} FROM projection_listing WHERE visible_from IS NOT NULL ORDER BY entry
ON CONFLICT (entry) DO UPDATE SET ({_COLUMNS}) = ({", ".join(f"excluded.{name}" for name in COLUMNS)})
"""

CHANGES = """
INSERT INTO publication_listingchange (entry, event, at, cause, visible_from, visible_until)
SELECT entry, %(event)s, %(at)s, %(cause)s, visible_from, visible_until FROM projection_listing
WHERE differs ORDER BY entry
"""

DIFFERENCES = f"""
SELECT CASE WHEN e.entry IS NULL THEN 'missing' WHEN f.entry IS NULL THEN 'surplus' ELSE 'other' END,
       coalesce(e.entry, f.entry)
FROM publication_publiclisting e
FULL JOIN (SELECT * FROM projection_listing WHERE visible_from IS NOT NULL) f USING (entry)
WHERE ({", ".join(f"e.{name}" for name in COLUMNS)}) IS DISTINCT FROM ({", ".join(f"f.{name}" for name in COLUMNS)})
ORDER BY 2
"""
