"""One public record (信息详情)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.law.identifiers import uscc_valid
from xinheng.oversight import public as oversight
from xinheng.publication import public as publication
from xinheng.runtime import clock
from xinheng.web.portal import reading, shown
from xinheng.web.portal.answers import not_found, page

HOME, BODY_CODE = ("首页", "/"), "body_code"


# clauses: 3.1, 3.2b, 3.2c, 3.2d, 5.1e
@require_safe
def record(request: HttpRequest, code: str, record: str) -> HttpResponse:
    """All fields, source, basis, term and why it is public; ended and never existed look the same."""
    today = clock.today()
    key = _key(record)
    found = publication.record(code, key, today=today) if key and uscc_valid(code) else None
    if found is None:
        return not_found(request)
    context = shown.record_context(found, today, reading.law_today()) | {
        "trail": [HOME, (found.name, f"/s/{code}"), (found.title, "")],
        "explanation": found.explanation,
        "source_link": found.source.address.startswith(("https://", "http://")),
        "repair": _repair(found),
        "here": "search",
        "data_as_of": clock.now(),
    }
    return page(request, "portal/record.html", context)


def _repair(found: publication.RecordPage) -> str:
    """Where it is told how the deciding body repairs such a record (5.1e)."""
    body = next((each.value for each in found.fields if each.code == BODY_CODE), "")
    return oversight.procedure_address(body, found.item, reading.law_today())


def _key(text: str) -> UUID | None:
    """A record's id in its one canonical form; any other spelling is another address, which is not."""
    try:
        key = UUID(text)
    except ValueError:
        return None
    return key if str(key) == text else None
