"""The site map (网站地图): subject pages that have something to show, for search engines."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.publication import public
from xinheng.runtime import clock
from xinheng.web.portal.answers import LIVE, not_found
from xinheng.web.ui.paging import page_number

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
FIXED = (
    "/",
    "/catalog/",
    "/lists/",
    "/measures/",
    "/policies/",
    "/plan/",
    "/repair/",
    "/repair/guide",
    "/report-misconduct/",
    "/help",
    "/privacy",
    "/accessibility",
)


# clause: 3.2c
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the parts, or with ?page= one part. Legal persons and other bodies only, never a person."""
    pages = public.sitemap_pages()
    wanted = request.GET.get("page", "")
    if not wanted:
        parts = "".join(
            f"<sitemap><loc>{_at(request, f'/sitemap.xml?page={n}')}</loc></sitemap>"
            for n in range(1, pages + 1)
        )
        return _xml(f'{HEAD}<sitemapindex xmlns="{SPACE}">{parts}</sitemapindex>')
    number = page_number(wanted)
    if str(number) != wanted or number > pages:
        return not_found(request)
    codes = public.sitemap(number, clock.today())
    paths = [*(FIXED if number == 1 else ()), *(f"/s/{code}" for code in codes)]
    return _xml(
        f'{HEAD}<urlset xmlns="{SPACE}">{"".join(f"<url><loc>{_at(request, path)}</loc></url>" for path in paths)}</urlset>'
    )


def _at(request: HttpRequest, path: str) -> str:
    return escape(request.build_absolute_uri(path))


def _xml(body: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/xml; charset=utf-8", headers={"Cache-Control": LIVE})
