"""The SQL of the public's questions, each one statement (公开查询的语句)."""

from __future__ import annotations

# Of entries and of list entries alike: both stand under the alias e.
VISIBLE = "e.visible_from <= %(today)s AND (e.visible_until IS NULL OR e.visible_until > %(today)s)"

# Received records of lists are of this item; what was listed here is counted and shown with them.
SERIOUS_LIST = "serious_list"

# The name of an item is that of its newest edition; the mirror holds a few dozen rows.
_ITEMS = (
    "SELECT DISTINCT ON (code) code, name, position FROM catalog_catalogitem ORDER BY code, valid_from DESC"
)

_TITLE = (
    "coalesce(e.content ->> 'conduct', e.content ->> 'document_name', e.content ->> 'certificate_name', '')"
)

_LIFTED = "coalesce(e.lifted_from <= %(today)s AND e.lifted_until > %(today)s, false)"

SUBJECT = f"""
SELECT json_build_object('uscc', s.uscc, 'name', s.name, 'kind', s.kind, 'tabs', coalesce(t.tabs, '[]'),
                         'lists', coalesce(l.lists, '[]'))::text
FROM publication_publicsubject s
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('code', g.item_code, 'label', coalesce(i.name, g.item_code),
                                      'count', g.count, 'entries', g.entries)
                    ORDER BY i.position, g.item_code) AS tabs
    FROM (
        SELECT e.item_code, count(*) AS count, json_agg(json_build_object(
                   'record', e.record, 'title', {_TITLE}, 'number', e.number, 'body_name', e.body_name,
                   'decided_on', e.decided_on, 'visible_from', e.visible_from, 'visible_until', e.visible_until,
                   'min_months', v.verdict -> 'term' -> 'min_months',
                   'term_label', v.verdict -> 'term' ->> 'label', 'doubt', v.verdict -> 'term' ->> 'doubt',
                   'marks', v.verdict -> 'marks'
               ) ORDER BY e.decided_on DESC, e.record) AS entries
        FROM publication_publicentry e JOIN publication_publicverdict v ON v.id = e.verdict_id
        WHERE e.subject = s.subject AND {VISIBLE}
        GROUP BY e.item_code
    ) g LEFT JOIN ({_ITEMS}) i ON i.code = g.item_code
) t
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object(
               'entry', e.entry, 'list', e.list, 'list_name', e.list_name, 'range', e.range, 'body_name', e.body_name,
               'number', e.number, 'decided_on', e.decided_on, 'listed_on', e.listed_on, 'interim', e.interim,
               'visible_from', e.visible_from, 'visible_until', e.visible_until, 'lifted', {_LIFTED}
           ) ORDER BY e.listed_on DESC, e.entry) AS lists
    FROM publication_publiclisting e WHERE e.subject = s.subject AND {VISIBLE}
) l
WHERE s.uscc = %(uscc)s AND (t.tabs IS NOT NULL OR l.lists IS NOT NULL)
"""

_COUNTS = f"""
    SELECT json_object_agg(coalesce(i.name, c.item_code), c.count ORDER BY i.position, c.item_code) AS tabs
    FROM (SELECT b.item_code, sum(b.count)::bigint AS count FROM (
              SELECT e.item_code, count(*) AS count FROM publication_publicentry e
              WHERE e.subject = s.subject AND {VISIBLE} GROUP BY e.item_code
              UNION ALL
              SELECT '{SERIOUS_LIST}', count(*) FROM publication_publiclisting e
              WHERE e.subject = s.subject AND {VISIBLE} HAVING count(*) > 0
          ) b GROUP BY b.item_code) c
    LEFT JOIN ({_ITEMS}) i ON i.code = c.item_code
"""

_HIT = f"SELECT s.uscc, s.name, s.kind, t.tabs::text FROM {{subjects}} s CROSS JOIN LATERAL ({_COUNTS}) t"

SEARCH_CODE = f"""
{_HIT.format(subjects="publication_publicsubject")} WHERE s.uscc = %(code)s AND t.tabs IS NOT NULL
"""

# One EXISTS over both: two of them would be asked row by row anyhow, or make the planner read a whole table first.
_HAS_VISIBLE = (
    f"EXISTS (SELECT FROM publication_publicentry e WHERE e.subject = s.subject AND {VISIBLE} UNION ALL"
    f" SELECT FROM publication_publiclisting e WHERE e.subject = s.subject AND {VISIBLE})"
)

# The first pages of the table, read as they lie: what is frequent fills the cap from them at once, where the
# index would first collect tens of thousands of places (name_index.py, bench/lookup.py).
_NEAR = "s.ctid < %(near)s::tid AND strpos(s.name, %(term)s) > 0"

# Elsewhere telling pairs of characters find candidates (name_index.py) and the literal text decides; folding a name costs more than finding it, so
# the name as written is tried first. No order before the cap: whoever wants another types more of the name,
# and shorter names come first within what is counted. One statement: total and page speak of the same rows.
SEARCH_NAME = f"""
WITH found AS MATERIALIZED (
    SELECT s.subject, s.uscc, s.name, s.kind FROM publication_publicsubject s WHERE {_NEAR} AND {_HAS_VISIBLE}
    UNION ALL
    SELECT s.subject, s.uscc, s.name, s.kind FROM publication_publicsubject s
    WHERE s.bigrams @> %(pairs)s::text[] AND NOT ({_NEAR})
      AND (strpos(s.name, %(term)s) > 0 OR strpos(lower(normalize(s.name, NFKC)), %(term)s) > 0) AND {_HAS_VISIBLE}
    LIMIT %(cap)s
), page AS (
    SELECT * FROM found ORDER BY char_length(name), name, uscc OFFSET %(skip)s LIMIT %(size)s
)
SELECT c.total, s.uscc, s.name, s.kind, t.tabs::text
FROM (SELECT count(*) AS total FROM found) c
LEFT JOIN (page s CROSS JOIN LATERAL ({_COUNTS}) t) ON t.tabs IS NOT NULL
ORDER BY char_length(s.name), s.name, s.uscc
"""

RECORD_COLUMNS = (
    "record", "uscc", "name", "kind", "item_code", "item_name", "title", "version", "number", "body_name",
    "decided_on", "content", "withheld", "source", "verdict", "visible_from", "visible_until",
)  # fmt: skip

RECORD = f"""
SELECT e.record, s.uscc, s.name, s.kind, e.item_code, coalesce(i.name, e.item_code), {_TITLE}, e.version, e.number,
       e.body_name, e.decided_on, e.content, e.withheld, e.source, v.verdict, e.visible_from, e.visible_until
FROM publication_publicentry e
JOIN publication_publicsubject s ON s.subject = e.subject
JOIN publication_publicverdict v ON v.id = e.verdict_id
LEFT JOIN ({_ITEMS}) i ON i.code = e.item_code
WHERE e.record = %(record)s AND s.uscc = %(uscc)s AND {VISIBLE}
"""

# The first code of every part but the first, visible or not: parts keep their limits while entries come and go.
SITEMAP_LIMITS = """
SELECT uscc FROM (SELECT uscc, row_number() OVER (ORDER BY uscc) - 1 AS place FROM publication_publicsubject) s
WHERE place > 0 AND place %% %(size)s = 0 ORDER BY uscc
"""

SITEMAP = f"""
SELECT s.uscc FROM publication_publicsubject s
WHERE s.uscc >= %(first)s AND (%(beyond)s = '' OR s.uscc < %(beyond)s) AND {_HAS_VISIBLE}
ORDER BY s.uscc
"""

TOTALS = f"""
SELECT count(DISTINCT b.subject), count(*) FROM (
    SELECT e.subject FROM publication_publicentry e WHERE {VISIBLE}
    UNION ALL SELECT e.subject FROM publication_publiclisting e WHERE {VISIBLE}
) b
"""

# How many of each list are in public view.
LIST_COUNTS = f"SELECT e.list, count(*) FROM publication_publiclisting e WHERE {VISIBLE} GROUP BY e.list"

LISTED_COLUMNS = (
    "entry", "uscc", "name", "kind", "list", "list_name", "range", "body_name", "number", "decided_on", "listed_on",
    "interim", "visible_from", "visible_until",
)  # fmt: skip

# One statement: total and page speak of the same rows; a page beyond the last has the total and no row.
LISTED = f"""
WITH there AS MATERIALIZED (
    SELECT {", ".join(f"e.{name}" for name in LISTED_COLUMNS)}, {_LIFTED} AS lifted FROM publication_publiclisting e
    WHERE e.list = %(list)s AND {VISIBLE}
), page AS (
    SELECT * FROM there ORDER BY listed_on DESC, entry OFFSET %(skip)s LIMIT %(size)s
)
SELECT c.total, {", ".join(f"p.{name}" for name in LISTED_COLUMNS)}, p.lifted
FROM (SELECT count(*) AS total FROM there) c LEFT JOIN page p ON true
ORDER BY p.listed_on DESC, p.entry
"""
