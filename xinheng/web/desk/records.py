"""The agency's own records: a list, one record in full behind its purpose, one typed in (本单位信息)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_file, open_set
from xinheng.access.permissions import may
from xinheng.access.purposes import Purpose, open_to
from xinheng.access.queries import agency, officer_names
from xinheng.catalog.public import current_law
from xinheng.documents.kinds import words
from xinheng.exchange import feeds, services
from xinheng.exchange.feeds import Column, ColumnType, Feed
from xinheng.law.disclosure import Disclosure
from xinheng.law.disclosure import decide as disclose
from xinheng.law.facts import RecordFacts, SubjectKind
from xinheng.law.identifiers import document_number_key
from xinheng.law.lawbook import Law
from xinheng.law.refusals import tell_code
from xinheng.law.standing import Mark, Standing
from xinheng.publication.answers import PUBLIC, stored
from xinheng.publication.explaining import NO_LONGER
from xinheng.publication.queries import visible_on
from xinheng.publication.reading import explanation
from xinheng.registry import queries
from xinheng.registry.queries import RecordView, VersionView
from xinheng.registry.standing import Dated
from xinheng.runtime import clock
from xinheng.web.desk.answers import UNANSWERED, missing, officer, page
from xinheng.web.desk.looking import DayForm, PurposeForm
from xinheng.web.desk.sources import SourceForm
from xinheng.web.desk.words import value_in_words
from xinheng.web.ui.paging import Pager, page_number

CLASS = "公示分类："  # how the label of a penalty's term begins
STATES = {"live": ("有效", "blue"), "withdrawn": ("已撤回", ""), "shredded": ("已销毁", "")}


@require_GET
@officer("record.view")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Numbers, items and days; persons without their names."""
    opened = open_set(
        actor=actor, what=queries.RECORDS, purpose=_purpose(actor), basis="本单位信息清单", now=clock.now()
    )
    asked = {name: request.GET.get(name, "").strip() for name in ("item", "state", "number")}
    found = queries.records(
        opened=opened,
        page=page_number(request.GET.get("page", "")),
        item=asked["item"],
        state=asked["state"],
        number_key=document_number_key(asked["number"]) if asked["number"] else "",
    )
    law = current_law(clock.today())
    context = {
        "rows": [
            (row, *STATES[row.state], _item_name(row.item_code, law), _tags(row.standing, law))
            for row in found.rows
        ],
        "pager": Pager(found.page, found.total, found.size),
        "items": [(each.code, each.name) for each in law.items()],
        "asked": asked,
        "may_submit": may(actor, "batch.submit"),
    }
    return page(request, actor, "desk/records.html", context)


def _tags(standing: Standing, law: Law) -> list[tuple[str, str]]:
    """The marks beside a record, and what was decided about it, as tags (五（一）)."""
    known = words("marks", law)
    marks = [(known[each], "green" if each == Mark.REPAIRED else "amber") for each in standing.marks]
    return [*marks, *((each.name_in(law), "amber") for each in standing.effects)]


def _purpose(actor: Actor) -> Purpose:
    return open_to(actor.roles)[0]


@require_http_methods(["GET", "POST"])
@officer("record.view")
def detail(request: HttpRequest, actor: Actor, record: UUID) -> HttpResponse:
    """One record in full; the purpose is asked first, on every opening."""
    subject = queries.whose(record, actor=actor)
    if subject is None:
        return missing(request, actor)
    form = PurposeForm(actor, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = UNANSWERED if form.errors else 200
        return page(
            request, actor, "desk/record_purpose.html", {"form": form, "record": record}, status=status
        )
    opened = open_file(actor=actor, subject=subject, now=clock.now(), **form.cleaned_data)
    return page(request, actor, "desk/record.html", _shown(queries.record(record, opened=opened), opened))


def _shown(view: RecordView, opened: Opened) -> dict[str, Any]:
    today = clock.today()
    law = current_law(today)
    told = {**view.versions[0].facts, "interval": law.book.interval(view.row.decided_on)}
    facts = RecordFacts.from_json(told)
    disclosure = disclose(facts, "public", law)
    return {
        "view": view,
        "item": _item_name(view.row.item_code, law),
        "state": STATES[view.row.state],
        "versions": [_version(each, view, law) for each in view.versions],
        "names": officer_names({each.made_by for each in view.versions}),
        "answer": _why(view, disclosure, law),
        "tags": _tags(view.row.standing, law),
        "decided": [_decided(each, law) for each in view.decided],
        "opened": opened,
        **_seen(view, opened),
        # A text of a person's record is shown to nobody, redacted or not.
        "may_redact": facts.subject_kind is not SubjectKind.NATURAL_PERSON,
        "may_register": may(opened.actor, "revocation.open") and view.row.state == "live",
        "may_issue": may(opened.actor, "report.issue"),
        "may_propose": may(opened.actor, "proposal.make") and view.row.state == "live",
        "day": DayForm.after(opened) if may(opened.actor, "history.view") else None,
    }


def _answer(disclosure: Disclosure, law: Law) -> dict[str, Any]:
    """The verdict in the words of the public page and of `xinheng explain`: what stands in the way, or conformity."""
    term = disclosure.term.label if disclosure.term else ""
    if term and not term.startswith(CLASS):
        term = f"公示期限：{term}"
    return {"told": explanation(stored(disclosure), law), "term": term}


def _why(view: RecordView, disclosure: Disclosure, law: Law) -> dict[str, Any]:
    """Withdrawn, destroyed, or ended by an effect: the law is not asked any more."""
    ended = view.row.standing.why(PUBLIC, law)
    if ended is None and view.row.state == "live":
        return _answer(disclosure, law)
    code = ended.code if ended else NO_LONGER[view.row.state]
    return {"told": (tell_code(code, {}, law),), "term": ""}


def _decided(each: Dated, law: Law) -> dict[str, Any]:
    """One effect or mark of the record's own history."""
    if isinstance(each.what, Mark):
        name = words("marks", law)[each.what]
        return {"name": f"标注“{name}”", "since": each.since, "until": each.until, "number": ""}
    return {
        "name": f"{each.what.name_in(law)}（{each.what.ground.label}）", "since": each.since, "until": each.until,
        "number": each.what.number,
    }  # fmt: skip


def _seen(view: RecordView, opened: Opened) -> dict[str, Any]:
    """What the public sees today, and through which day, is asked of publication alone."""
    seen = visible_on(opened, view.row.id, clock.today())
    if seen is None or not seen.visible:
        return {"is_public": False}
    last = seen.visible_until - timedelta(days=1) if seen.visible_until else None
    return {"is_public": True, "shown_from": seen.visible_from, "shown_through": last}


def _version(version: VersionView, view: RecordView, law: Law) -> dict[str, Any]:
    labels = _labels(view.row.item_code, law)
    told = {**version.content, **version.personal}
    names = [name for name in (*labels, *(each for each in told if each not in labels)) if told.get(name)]
    choices = _choices(view.row.item_code)
    rows = [
        {"label": labels.get(name, name), "value": _spoken(name, told[name], choices, law)} for name in names
    ]
    withheld = [labels.get(name, name) for name in version.withheld]
    return {"version": version, "rows": rows, "withheld": withheld}


def _labels(item_code: str, law: Law) -> dict[str, str]:
    item = law.item(item_code)
    return {each.code: each.name for each in item.fields} if item else {}


def _item_name(item_code: str, law: Law) -> str:
    item = law.item(item_code)
    return item.name if item else item_code


def _choices(item_code: str) -> Mapping[str, Mapping[str, str]]:
    """Codes of a sheet's choices, and the day that stands for no end, in the official words, by field."""
    if item_code not in feeds.codes():
        return {}
    columns = feeds.load(item_code).columns
    return {each.field: _words(each) | _open_ends(each) for each in columns if each.choices or each.words}


def _words(column: Column) -> dict[str, str]:
    """The official word of each code, the first that the feed gives for it, in the order of the feed."""
    words: dict[str, str] = {}
    for text, code in column.choices.items():
        words.setdefault(code, text)
    return words


def _open_ends(column: Column) -> dict[str, str]:
    """2099-12-31 is how a sheet writes 长期."""
    return {day.isoformat(): text for text, day in reversed(list(column.words.items()))}


def _spoken(name: str, value: Any, choices: Mapping[str, Mapping[str, str]], law: Law) -> str:
    words = choices.get(name, {})
    if isinstance(value, list):
        return "、".join(words.get(each, str(each)) for each in value)
    return words.get(value) or value_in_words("subject_kind" if name == "party_kind" else name, value, law)


def form_field(column: Column) -> forms.Field:
    """A form field for one column of a feed; the sheet's own checks judge what is typed."""
    made = _field(column)
    # Neither required nor left to choice: what else is typed decides, and the check says so.
    made.sometimes = bool(column.required_when)  # type: ignore[attr-defined]
    return made


def _field(column: Column) -> forms.Field:
    told: dict[str, Any] = {"label": column.name, "help_text": column.note, "required": column.required}
    offered = ["是", "否"] if column.type is ColumnType.FLAG else list(_words(column).values())
    if column.type is ColumnType.MULTI:
        told["help_text"] = f"{column.note}可填：{'、'.join(offered)}。"
    elif offered:
        return forms.ChoiceField(choices=[("", "请选择"), *((text, text) for text in offered)], **told)
    if column.type is ColumnType.DATE:
        return forms.CharField(widget=forms.DateInput({"type": "date"}), **told)
    rows = {"rows": 3} if (column.max_length or 9999) > 300 and column.type is ColumnType.TEXT else None
    return forms.CharField(widget=forms.Textarea(rows) if rows else forms.TextInput(), **told)


def record_form(feed: Feed) -> type[SourceForm]:
    """The form of one record of a feed, followed by what the agency says of its publication."""
    columns = {
        each.field: form_field(each)
        for each in feed.columns
        if each.field not in ("change_kind", "change_reason", "source_url", "source_on")
    }
    order = (*columns, *SourceForm.base_fields)
    return type("RecordForm", (SourceForm,), {**columns, "field_order": order})


@require_http_methods(["GET", "POST"])
@officer("batch.submit")
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One record typed in, through the same checks as a sheet of one row."""
    code = request.GET.get("feed", "penalty")
    if code not in feeds.codes():
        return missing(request, actor)
    feed = feeds.load(code)
    home = agency(actor.agency_id)
    form = record_form(feed)(home, request.POST or None)
    for name in ("body_name", "source_name", "body_code", "source_code"):
        form.initial[name] = (home.name if name.endswith("name") else home.uscc) if home else ""
    if request.method == "POST" and form.is_valid():
        batch = _take(form, feed, actor)
        if batch is not None:
            messages.success(request, "这一条已处理，结果见下。")
            return redirect("desk:batch", batch)
    context = {"form": form, "feed": feed, "feeds": [feeds.load(each) for each in feeds.codes()]}
    return page(request, actor, "desk/record_new.html", context, status=UNANSWERED if form.errors else 200)


def _take(form: SourceForm, feed: Feed, actor: Actor) -> UUID | None:
    """Submit the row; what is wrong with it becomes an error at its field."""
    typed = {name: str(form.cleaned_data.get(name) or "") for name in feed.fields if name in form.fields}
    done = services.submit_one(
        {name: text for name, text in typed.items() if text},
        feed=feed.code,
        actor=actor,
        source=form.source(),
        now=clock.now(),
    )
    if not done.counts["refused"]:
        return done.batch
    law = current_law(clock.today())
    for each in done.findings.iter_rows(named=True):
        if each["severity"] == "refused":
            told = tell_code(each["code"], json.loads(each["values"]), law)
            form.add_error(each["field"] if each["field"] in form.fields else None, told.text)
    return None
