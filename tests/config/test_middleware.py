"""Public pages meet no session, user or cookie; the desk meets all of them (公开页面的捷径)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from xinheng.config.middleware import PublicPagesFirst

FOR_OFFICERS = ("session", "user", "_messages", "csrf_processing_done")
ABOVE = ("SecurityMiddleware", "ContentSecurityPolicy", "XFrameOptionsMiddleware", "WhiteNoiseMiddleware")


def met(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(name for name in FOR_OFFICERS if hasattr(request, name)))


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


def closed(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("met", met),
    path("desk/met", met),
    path("me/met", met),
    path("broken", broken),
    path("absent", absent),
    path("closed", closed),
]


@pytest.fixture
def client() -> Iterator[Client]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "ROOT_URLCONF", __name__)
        from django.urls import clear_url_caches, set_urlconf

        clear_url_caches()
        set_urlconf(__name__)
        yield Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
    clear_url_caches()
    set_urlconf(None)


def test_a_public_page_knows_nobody(client: Client) -> None:
    answer = client.get("/met")
    assert answer.content == b""
    assert answer.cookies == {}
    assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("face", ["desk", "me"])
def test_a_page_behind_a_sign_in_knows_who_asks(client: Client, face: str) -> None:
    assert client.get(f"/{face}/met").content.decode() == ",".join(FOR_OFFICERS)


@pytest.mark.parametrize(
    ("address", "status"), [("/broken", 500), ("/absent", 404), ("/closed", 403), ("/nowhere", 404)]
)
def test_faults_of_public_views_become_answers_with_the_headers(
    client: Client, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_protects_everybody_stands_above() -> None:
    names = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    place = names.index(PublicPagesFirst.__name__)
    assert set(ABOVE) <= set(names[:place])
    assert "CsrfViewMiddleware" in names[place:]
