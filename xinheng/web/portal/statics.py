"""Pages of our own words, and what machines ask first (说明页、robots、健康检查)."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xinheng.web.portal.answers import NO_COPY, STEADY, page

HOME = ("首页", "/")
PAGES = {
    "help": "帮助与联系",
    "privacy": "个人信息保护",
    "accessibility": "无障碍说明",
    "feedback": "网站纠错",
}


@require_safe
def told(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pages that only tell."""
    context = {"here": name, "trail": [HOME, (PAGES[name], "")]}
    return page(request, f"portal/{name}.html", context, cache=STEADY)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read subject pages, never searches, confirmations or our desks."""
    sitemap = request.build_absolute_uri("/sitemap.xml")
    lines = [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /desk/",
        "Disallow: /verify/",
        f"Sitemap: {sitemap}",
        "",
    ]
    answer = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = STEADY
    return answer


@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """200 when the database answers, 503 when not; says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            healthy = cursor.fetchone() == (1,)
    except DatabaseError:
        healthy = False
    text, status = ("ok\n", 200) if healthy else ("database\n", 503)
    return HttpResponse(text, status=status, content_type="text/plain", headers={"Cache-Control": NO_COPY})
