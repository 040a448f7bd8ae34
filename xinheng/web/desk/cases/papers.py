"""Papers of a case: a sample before the step, the paper after it, the sealed copy that comes back (案卷文书)."""

# clauses: 4.1a, 4.1c

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.scope import acting
from xinheng.casework import queries
from xinheng.casework.views import PaperView
from xinheng.documents import queries as documents
from xinheng.runtime import clock
from xinheng.web.desk.answers import missing, officer
from xinheng.web.desk.cases import words
from xinheng.web.desk.cases.looking import Looked, look
from xinheng.web.desk.cases.page import address
from xinheng.web.desk.sealing import ToSeal, uploaded


@require_http_methods(["GET", "POST"])
@officer("case.step")
def seal(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """Upload the sealed copy; what is not of this paper is refused."""
    looked = look(case, actor)
    found = _paper(looked, paper)
    if found is None:
        return missing(request, actor)
    awaited = ToSeal(
        document=found.document, name=words.paper_name(found.kind, looked.law), number=found.number, matter="案卷",
        matter_number=looked.view.row.number, original=reverse("desk:case-paper", args=[case, paper]), back=address(case),
    )  # fmt: skip
    return uploaded(request, actor, awaited)


@require_GET
@officer("case.view")
def pdf(request: HttpRequest, actor: Actor, case: UUID, paper: UUID) -> HttpResponse:
    """The paper as it was issued; with ?sealed=1 its signed and sealed copy."""
    looked = look(case, actor)
    found = _paper(looked, paper)
    sealed = request.GET.get("sealed") == "1"
    if found is None or (sealed and found.sealed is None):
        return missing(request, actor)
    with acting(actor):
        if sealed:
            content, media = documents.sealed_file(found.document, opened=looked.opened)
        else:
            content, media = documents.pdf(found.document, opened=looked.opened), "application/pdf"
    return sent(content, media, f"{found.number}{'-sealed' if sealed else ''}", inline=not sealed)


@require_GET
@officer("case.step")
def preview(_request: HttpRequest, actor: Actor, case: UUID, step: str) -> HttpResponse:
    """The paper that a step would make now, marked as a sample; nothing is written."""
    looked = look(case, actor)
    content = queries.sample(case, step, opened=looked.opened, law=looked.law, now=clock.now())
    return sent(content, "application/pdf", f"{looked.view.row.number}-sample", inline=True)


def _paper(looked: Looked, paper: UUID) -> PaperView | None:
    return next((each for each in looked.view.papers if each.id == paper), None)


_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def sent(content: bytes, media: str, name: str, *, inline: bool) -> HttpResponse:
    """A file to look at or to keep; what somebody uploaded is never shown in place."""
    answer = HttpResponse(content, content_type=media)
    shown = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{shown}; filename="{name}.{_ENDINGS[media]}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
