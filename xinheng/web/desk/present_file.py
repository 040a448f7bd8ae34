"""The file of whoever stands at the window (窗口代办): seen with them, an answer handed in, a report issued for them."""

# clauses: 4.1b, 5.2

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened, open_own
from xinheng.casework import own as cases
from xinheng.casework import speaking
from xinheng.casework.own import OwnPaper
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.disclosure import SELF
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.publication import own as publication
from xinheng.reports import queries as reports
from xinheng.reports import services as issuing
from xinheng.runtime import clock
from xinheng.subjects import identity
from xinheng.web.desk import steps
from xinheng.web.desk.answers import UNANSWERED, officer, page
from xinheng.web.desk.present import for_whom
from xinheng.web.desk.steps import Step, refused_at_form
from xinheng.web.ui import own_cards

REPLY = "desk/present/reply.html"
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def _opened(act: UUID, actor: Actor) -> Opened:
    return open_own(actor=for_whom(act, actor), now=clock.now())


@require_GET
@officer("window.act")
def file(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """All that the person present may see."""
    opened, law = _opened(act, actor), current_law(clock.today())
    public, kept = own_cards.grouped(publication.records(opened=opened, law=law), law)
    context = {
        "act": act, "public": public, "kept": kept, "papers": cases.papers(opened=opened, law=law),
        "reports": reports.own_reports(opened=opened), "lists": list(cases.entries(opened=opened, law=law)),
        "key": uuid4().hex, "whom": _whom(opened),
    }  # fmt: skip
    return page(request, actor, "desk/present/file.html", context)


def _whom(opened: Opened) -> str:
    """For whom: a body by its name, a person without."""
    subject = opened.subject
    return identity.names([subject]).get(subject, "到场人本人") if subject else ""


class SpeechForm(forms.Form):
    """What the person present brings forward, as they say it."""

    kind = forms.ChoiceField(label="提出的是", widget=forms.RadioSelect)
    text = forms.CharField(
        label="内容",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        help_text="照到场人所说记录，并请其核对。",
    )

    def __init__(self, law: Law, procedure: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = cases.kinds_of_speech(law, procedure)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@officer("window.act")
def reply(request: HttpRequest, actor: Actor, act: UUID, paper: UUID) -> HttpResponse:
    """Take what the person present says to a notice."""
    opened, law = _opened(act, actor), current_law(clock.today())
    found = cases.paper(paper, opened=opened, law=law)
    if not found.speaks:
        raise Refusal.because("NOT_READY", "huaian-2021-13#4.1b", state=found.state)
    form = SpeechForm(law, found.procedure, steps.given(request))
    stage, context = steps.step(request, form), {"act": act, "paper": found, "form": form}
    if stage is Step.ASK:
        return page(request, actor, REPLY, context, status=UNANSWERED if form.errors else 200)
    if stage is Step.CHECK:
        rows = [
            {"label": "告知书", "value": f"{found.kind_name}（{found.number}）"},
            {"label": "提出的是", "value": dict(cases.kinds_of_speech(law))[form.cleaned_data["kind"]]},
            {"label": "内容", "value": form.cleaned_data["text"]},
        ]
        effect = "请到场人核对。提交后得到受理编号和查询码，请打印回执交给到场人。"
        return steps.check(
            request, actor, title="核对到场人的意见", rows=rows, verb="提交意见", effect=effect
        )
    try:
        answer, _ = steps.act(request, actor, lambda: _handed_in(opened, found, form))
    except Refusal as refusal:
        return refused_at_form(request, actor, REPLY, context, refusal)
    shown = {"act": act, "receipt": answer, "code": receipts.code_of(str(answer["number"])), "paper": found}
    return page(request, actor, "desk/present/receipt.html", shown)


def _handed_in(opened: Opened, paper: OwnPaper, form: forms.Form) -> dict[str, object]:
    made = speaking.hand_in(paper, actor=opened.actor, now=clock.now(), **form.cleaned_data)
    return {"number": made.number, "in_time": made.in_time}


@require_GET
@officer("window.act")
def paper_file(_request: HttpRequest, actor: Actor, act: UUID, paper: UUID) -> HttpResponse:
    """A paper of the person present, to be read or printed for them."""
    body, media = cases.file(paper, opened=_opened(act, actor), law=current_law(clock.today()))
    return _download(body, media, "文书")


@require_POST
@officer("window.act")
def report(request: HttpRequest, actor: Actor, act: UUID) -> HttpResponse:
    """Issue the own report of the person present."""
    opened = _opened(act, actor)
    key = f"window:{act}:{request.POST.get('once', uuid4().hex)[:64]}"
    issuing.issue_report(audience=SELF, opened=opened, actor=opened.actor, now=clock.now(), request=key)
    return redirect("desk:present-file", act=act)


@require_GET
@officer("window.act")
def report_pdf(_request: HttpRequest, actor: Actor, act: UUID, document: UUID) -> HttpResponse:
    """That report, to be printed for them."""
    opened = _opened(act, actor)
    if document not in {each.id for each in reports.own_reports(opened=opened)}:
        raise Refusal.because("NOT_FOUND")
    return _download(reports.pdf(document, opened=opened), "application/pdf", "公共信用信息报告")


def _download(body: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=media)
    ending = ENDINGS.get(media, "txt")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{ending}"
    return answer
