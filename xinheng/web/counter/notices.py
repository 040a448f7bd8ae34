"""Papers that reached me, and my answer to a notice (收到的文书、陈述申辩异议): late ones are taken and noted."""

# clauses: 4.1a, 4.1b

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from xinheng.access.gate import Opened
from xinheng.casework import own as cases
from xinheng.casework import speaking
from xinheng.casework.own import OwnPaper
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.runtime import clock
from xinheng.web.counter import steps
from xinheng.web.counter.answers import own, page, told

UNANSWERED = 422
TEMPLATE = "counter/reply.html"


class ReplyForm(forms.Form):
    """What one brings forward."""

    kind = forms.ChoiceField(
        label="您要提出", widget=forms.RadioSelect, error_messages={"required": "请选择一项。"}
    )
    text = forms.CharField(
        label="内容",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        help_text="写明您对哪些事实、理由或者依据有意见，以及您的要求。4000 字以内。",
        error_messages={"required": "请写明您的意见。", "max_length": "内容超过 4000 字，请缩短后再提交。"},
    )

    def __init__(self, law: Law, procedure: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = cases.kinds_of_speech(law, procedure)  # type: ignore[attr-defined]


@require_GET
@own
def notices(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All papers that reached me, newest first."""
    law = current_law(clock.today())
    return page(request, "counter/notices.html", {"papers": cases.papers(opened=opened, law=law)})


@require_GET
@own
def notice(request: HttpRequest, opened: Opened, paper: UUID) -> HttpResponse:
    """One paper: what it is, what I said to it, what I may still say."""
    law = current_law(clock.today())
    found = cases.paper(paper, opened=opened, law=law)
    return page(request, "counter/notice.html", {"paper": found, "today": law.day})


@require_GET
@own
def file(_request: HttpRequest, opened: Opened, paper: UUID) -> HttpResponse:
    """The paper itself, as it was signed and sealed."""
    body, media = cases.file(paper, opened=opened, law=current_law(clock.today()))
    return download(body, media, "文书")


def download(body: bytes, media: str, name: str) -> HttpResponse:
    """A file to keep; its name says nothing of whom it is about."""
    ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}.get(media, "txt")
    answer = HttpResponse(body, content_type=media)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{ending}"
    return answer


@require_http_methods(["GET", "POST"])
@own
def reply(request: HttpRequest, opened: Opened, paper: UUID) -> HttpResponse:
    """Say something to a notice; it is taken whenever it comes before the decision."""
    law = current_law(clock.today())
    found = cases.paper(paper, opened=opened, law=law)
    if not found.speaks:
        raise Refusal.because("NOT_READY", "huaian-2021-13#4.1b", state=found.state)
    form = ReplyForm(law, found.procedure, request.POST if request.method == "POST" else None)
    stage = steps.step(request, form)
    if stage is steps.Step.ASK:
        return _form(request, found, form, law)
    if stage is steps.Step.CHECK:
        return _check(request, found, form, law)
    return _done(request, opened, found, form)


def _form(request: HttpRequest, found: OwnPaper, form: ReplyForm, law: Law) -> HttpResponse:
    context = {"paper": found, "form": form, "late": _late(found, law)}
    return page(request, TEMPLATE, context, status=UNANSWERED if form.errors else 200)


def _late(found: OwnPaper, law: Law) -> bool:
    return found.until is not None and law.day > found.until


def _check(request: HttpRequest, found: OwnPaper, form: ReplyForm, law: Law) -> HttpResponse:
    rows = [
        {"label": "告知书", "value": f"{found.kind_name}（{found.number}）"},
        {"label": "您要提出", "value": dict(cases.kinds_of_speech(law))[form.cleaned_data["kind"]]},
        {"label": "内容", "value": form.cleaned_data["text"]},
    ]
    effect = "提交后由作出告知的机关核实，并书面反馈结果和理由。您会得到受理编号和查询码。不收取任何费用。"
    if _late(found, law):
        effect = f"告知的期限已过，您仍可以提交，收到的时间会如实注明。{effect}"
    return steps.check(request, title="核对您的意见", rows=rows, verb="提交意见", effect=effect)


def _done(request: HttpRequest, opened: Opened, found: OwnPaper, form: ReplyForm) -> HttpResponse:
    def do() -> dict[str, object]:
        made = speaking.hand_in(found, actor=opened.actor, now=clock.now(), **form.cleaned_data)
        # The code follows from the number: it is not kept beside the answer.
        return {"number": made.number, "in_time": made.in_time}

    try:
        answer, _ = steps.act(request, opened.actor, do)
    except Refusal as refusal:
        context = {"paper": found, "form": form, "refusals": told(refusal)}
        return page(request, TEMPLATE, context, status=UNANSWERED)
    context = {"receipt": answer, "code": receipts.code_of(str(answer["number"])), "paper": found}
    return page(request, "counter/receipt.html", context)
