"""A page that is sent again: the same in every box and every file, or another page (重复提交)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from tests import cast
from xinheng.law.language import Refusal
from xinheng.runtime.models import IdempotencyKey
from xinheng.web.ui import steps

pytestmark = pytest.mark.django_db
ACTOR = cast.MARKET_CLERK.actor


def sent(boxes: list[str], file: bytes = b"a") -> tuple[Mapping[str, object], bool]:
    body = {"once": "示例", "step": "act", "box": boxes, "file": SimpleUploadedFile("示例.pdf", file)}
    return steps.act(RequestFactory().post("/desk/", body), ACTOR, lambda: {"done": True})


def test_the_same_page_acts_once() -> None:
    assert sent(["a", "b"])[1] is False
    assert sent(["a", "b"])[1] is True


@pytest.mark.parametrize(("boxes", "file"), [(["c", "b"], b"a"), (["b"], b"a"), (["a", "b"], b"b")])
def test_another_box_or_file_is_another_page(boxes: list[str], file: bytes) -> None:
    sent(["a", "b"])
    with pytest.raises(Refusal) as refused:
        sent(boxes, file)
    assert refused.value.reasons[0].code == "IDEMPOTENCY_OTHER_BODY"
    assert IdempotencyKey.objects.count() == 1


def test_what_was_read_for_it_can_be_read_again() -> None:
    request = RequestFactory().post("/desk/", {"file": SimpleUploadedFile("示例.pdf", b"abc")})
    steps.act(request, ACTOR, dict)
    (file,) = request.FILES.getlist("file")
    assert file.read() == b"abc"
