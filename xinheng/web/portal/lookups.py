"""Search, subject and record (查询、主体页、信息详情)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from xinheng.law.identifiers import uscc_valid
from xinheng.law.refusals import Told, tell, tell_code
from xinheng.publication import public
from xinheng.publication.tables import SERIOUS_LIST
from xinheng.runtime import clock
from xinheng.web.portal import reading, shown
from xinheng.web.portal.answers import STEADY, json_answer, json_not_found, not_found, page
from xinheng.web.portal.typed import about_a_person, tidy
from xinheng.web.ui.paging import Pager, page_number

HOME = ("首页", "/")
EMPTY = "SEARCH_EMPTY"
NOTHING = "SEARCH_NOTHING_FOUND"
CARDS = 20  # records of one tab on a page
RECENT = 5  # instruments named on the home page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box and where else to go."""
    law = reading.law_today()
    in_force = (each for each in law.instruments() if each.valid_from and each.in_force(law.day))
    recent = sorted(in_force, key=lambda each: each.valid_from or law.day, reverse=True)[:RECENT]
    return page(request, "portal/home.html", {"here": "search", "policies": recent}, cache=STEADY)


# clause: 3.2c
@csrf_exempt  # changes nothing; a token would give every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """POST looks at what was typed and, when it may stand in an address, leads to GET ?q=, which searches."""
    typed = tidy((request.POST if request.method == "POST" else request.GET).get("q", ""))
    personal = about_a_person(typed)
    if personal:
        return _refused(request, "", personal)
    if request.method == "POST":
        return (
            HttpResponseRedirect("/search?" + urlencode({"q": typed}))
            if typed
            else _refused(request, "", EMPTY)
        )
    return _answer(request, typed) if typed else _page(request, "")


def _answer(request: HttpRequest, typed: str) -> HttpResponse:
    number = page_number(request.GET.get("page", ""))
    answer = public.search(typed, today=clock.today(), page=number)
    if answer.refusal is not None:
        return _told(request, typed, tell(answer.refusal, reading.law_today()))
    if answer.kind == "code" and len(answer.hits) == 1:
        return HttpResponseRedirect(f"/s/{answer.hits[0].uscc}")
    pager = Pager(number, answer.total, public.PAGE_SIZE, answer.capped)
    nothing = None if answer.hits else tell_code(NOTHING, {}, reading.law_today())
    return _page(request, typed, answer=answer, pager=pager, nothing=nothing)


def _refused(request: HttpRequest, typed: str, code: str) -> HttpResponse:
    # bare: the page repeats nothing of the address either, should a number stand in it
    return _told(request, typed, tell_code(code, {}, reading.law_today()), bare=True)


def _told(request: HttpRequest, typed: str, told: Told, *, bare: bool = False) -> HttpResponse:
    return _page(request, typed, status=422, told=told, bare=bare)


def _page(request: HttpRequest, typed: str, *, status: int = 200, **more: object) -> HttpResponse:
    context = {"query": typed, "here": "search", "trail": [HOME, ("查询结果", "")], **more}
    return page(request, "portal/search.html", context, status=status)


# clauses: 3.2b, 3.2c
@require_safe
def subject(request: HttpRequest, code: str) -> HttpResponse:
    """A subject's public information by tab; one SQL statement behind it."""
    today = clock.today()
    found = public.subject(code, today=today) if uscc_valid(code) else None
    if found is None:
        return not_found(request)
    law = reading.law_today()
    tabs = shown.tabs(found, law)
    tab = shown.current_tab(tabs, request.GET.get("tab", ""))
    pager = Pager(page_number(request.GET.get("page", "")), tab.count, CARDS).within()
    cards = shown.cards(found, tab, range(pager.before * CARDS, pager.page * CARDS), today, law)
    context = {
        "subject": found,
        "subject_address": f"/s/{code}",
        "kind": shown.KINDS.get(found.kind, ""),
        "tabs": tabs,
        "tab": tab,
        "cards": cards,
        "about_lists": tab.code == SERIOUS_LIST,
        "pager": pager,
        "empty_title": f"没有在公示期内的{tab.label}信息。",
        "here": "search",
        "trail": [HOME, (found.name, "")],
        "data_as_of": clock.now(),
    }
    return page(request, "portal/subject.html", context)


@require_safe
def subject_json(_: HttpRequest, code: str) -> HttpResponse:
    """The same as JSON: the open API."""
    body = public.subject_json(code, clock.today()) if uscc_valid(code) else None
    return json_not_found() if body is None else json_answer(body)
