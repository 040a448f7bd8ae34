"""How the tests of the desk send its forms (工作台表单)."""

from __future__ import annotations

import html as escapes
import re
from typing import Any

from django.test import Client

from tests.exchange import sample
from tests.web.contract import faults

SOURCE = {"reviewed": "yes", "channel": "示例网站", "url": "https://example.invalid/"}


def sheet(*rows: sample.Row) -> bytes:
    return sample.sheet(rows).getvalue()


def text(answer: Any) -> str:
    html: str = answer.content.decode()
    assert faults(html) == []
    return html


def hidden(html: str, name: str) -> str:
    return html.partition(f'name="{name}" value="')[2].partition('"')[0]


def through(client: Client, path: str, fields: dict[str, str]) -> tuple[Any, dict[str, str]]:
    """Send a form, read its check page, send that; the answer, and what was sent."""
    check = client.post(path, fields)
    assert check.status_code == 200
    sent = {**fields, "once": hidden(text(check), "once"), "step": "act"}
    return client.post(path, sent), sent


def filled(html: str) -> dict[str, str]:
    """What a browser would send back of a form's texts and choices, unchanged."""
    form = html.partition("data-guard")[2].partition("</form>")[0]
    found = dict(
        re.findall(r'<input type="(?:text|date|hidden|url|number)" name="(\w+)" value="([^"]*)"', form)
    )
    found |= {
        name: body.removeprefix("\n")
        for name, body in re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)<', form)
    }
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return {name: escapes.unescape(value) for name, value in found.items()}
