"""Complaints about charges, leaks, abuse (举报): anonymous if one likes, counted like look-ups, answered with a receipt.

Nothing typed here stands in an address, and the page sets no cookie: there is nothing to sign in to.
"""

# clauses: 5.1c, 5.2b, 5.3b

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from xinheng.documents import public as documents
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.refusals import tell
from xinheng.oversight import public
from xinheng.runtime import clock
from xinheng.web.portal import reading, visitor
from xinheng.web.portal.answers import NO_COPY, page

TRAIL = [("首页", "/"), ("举报", "")]
UNANSWERED, TOO_MANY, TOO_LARGE = 422, 429, 413
# The words beside the file, with room for what the browser writes around them.
WORDS_MOST = 1 << 20


class ComplaintForm(forms.Form):
    """What it is about, in one's own words; all else as one likes."""

    category = forms.ChoiceField(
        label="举报的事项", widget=forms.RadioSelect, error_messages={"required": "请选择举报的事项。"}
    )
    about = forms.ChoiceField(
        label="被举报的单位",
        required=False,
        help_text="选了的，绝不交给这个单位办理；不在表里的，写在内容里。",
    )
    text = forms.CharField(
        label="内容", max_length=5000, min_length=10, widget=forms.Textarea({"rows": 8}),
        help_text="时间、地点、什么人、什么事、多少钱、有什么凭据。加密保存，只有办理的单位能看。",
        error_messages={"required": "请写明内容。", "min_length": "请写得具体一些，至少 10 个字。"},
    )  # fmt: skip
    contact = forms.CharField(
        label="联系方式", max_length=100, required=False, help_text="不填就是匿名举报，同样受理、同样答复。"
    )
    file = forms.FileField(
        label="材料",
        required=False,
        help_text="PDF、PNG 或者 JPEG，不超过 8 MB。文件本身可能带有您的信息，请留意。",
    )
    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, law: Law, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = {code: hint for code, _, hint in public.categories(law)}
        self.fields["category"].choices = [(code, name) for code, name, _ in public.categories(law)]  # type: ignore[attr-defined]
        self.fields["about"].choices = [("", "不选"), *public.complained_about().items()]  # type: ignore[attr-defined]


@csrf_exempt  # nobody is signed in, so that nobody can be made to act; a token would give every visitor a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """The form; what was sent is answered with its receipt."""
    law = reading.law_today()
    if request.method != "POST":
        return _form(request, ComplaintForm(law, initial={"once": uuid4()}))
    try:
        documents.count_attempt(visitor.address(request), now=clock.now())
    except Refusal as refusal:
        answer = _form(request, ComplaintForm(law, initial={"once": uuid4()}), refusal, TOO_MANY)
        answer.headers["Retry-After"] = refusal.reasons[0].values["seconds"]
        return answer
    if _length(request) > public.FILE_MOST + WORDS_MOST:
        return _form(
            request, ComplaintForm(law, initial={"once": uuid4()}), public.file_too_large(), TOO_LARGE
        )
    return _received(request, ComplaintForm(law, request.POST, request.FILES))


def _received(request: HttpRequest, form: ComplaintForm) -> HttpResponse:
    if not form.is_valid():
        return _form(request, form, status=UNANSWERED)
    told = form.cleaned_data
    try:
        given = public.ComplaintGiven(
            told["category"], told["text"], told["about"], told["contact"], _content(told["file"])
        )
        receipt = public.lodge(given, once=told["once"] or uuid4(), now=clock.now())
    except Refusal as refusal:
        return _form(request, form, refusal, UNANSWERED)
    context = {"receipt": receipt, "here": "complain", "trail": TRAIL}
    return page(request, "portal/complained.html", context, cache=NO_COPY)


def _content(file: UploadedFile[Any] | None) -> bytes:
    """The file; of one that is too large as much as shows that it is."""
    return bytes(file.read(public.FILE_MOST + 1)) if file else b""


def _length(request: HttpRequest) -> int:
    """What the browser says it sends, before anything of it is read."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0


def _form(
    request: HttpRequest, form: ComplaintForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "form": form,
        "categories": [(each, form.hints[str(each.data["value"])]) for each in form["category"]],
        "told": tell(refusal.reasons[0], reading.law_today()) if refusal else None,
        "here": "complain",
        "trail": TRAIL,
    }
    return page(request, "portal/complain.html", context, status=status, cache=NO_COPY)
