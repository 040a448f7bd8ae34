"""The log's head, hashes and key (台账公开): whoever likes keeps a copy and sees whether it only grows."""

# clause: 5.2

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.ledger import public
from xinheng.web.portal.answers import LIVE, not_found

TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
# A tile with all its hashes never changes; one that still grows has another address for each width.
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head (C2SP tlog-checkpoint)."""
    note = public.newest_head()
    return not_found(request) if note is None else HttpResponse(note, TEXT, headers={"Cache-Control": LIVE})


@require_safe
def tile(request: HttpRequest, rest: str) -> HttpResponse:
    """Hashes of one tile (C2SP tlog-tiles)."""
    hashes = public.tile(f"tile/{rest}")
    return (
        not_found(request)
        if hashes is None
        else HttpResponse(hashes, BYTES, headers={"Cache-Control": FOR_EVER})
    )


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The log's public key. Whoever trusts it had better have it from elsewhere too."""
    try:
        return HttpResponse(public.key(), TEXT, headers={"Cache-Control": LIVE})
    except OSError:
        return not_found(request)
