"""What officers decide for many rows at once: rulings and widenings, by two and once (裁定与待定公示)."""

from __future__ import annotations

import re
import urllib.parse
from typing import Any

import psycopg
from django.urls import reverse

from tests import cast
from tests.exchange import sample
from tests.web import desk_city
from tests.web.desk_city import CHECKER, CLERK, City
from tests.web.desk_forms import text, through
from xinheng.catalog.queries import ruling_rows
from xinheng.exchange import queries


class TestRulings:
    def test_proposed_by_one_approved_by_another_once(self, desk: City) -> None:
        first, second = desk.client(cast.OFFICER), desk.client(cast.SECOND_OFFICER)
        path = reverse("desk:ruling-propose", args=[desk.question])
        made, _ = through(first, path, {"decision_class": "一般", "ground": "示例理由"})
        assert made.status_code == 302
        approve = reverse("desk:ruling-decide", args=[desk.ruling, "approve"])
        assert first.post(approve).status_code == 403
        assert "批准裁定" in text(second.get(approve))
        assert second.post(approve).status_code == 302
        assert second.post(approve).status_code == 302
        refuse = second.post(reverse("desk:ruling-decide", args=[desk.ruling, "refuse"]))
        assert refuse.status_code == 409
        assert "已生效" in text(refuse)
        assert first.get(path).status_code == 404  # the question is answered
        assert second.post(reverse("desk:ruling-decide", args=[desk.ruling, "revoke"])).status_code == 302
        assert first.get(path).status_code == 200

    def test_rows_that_wait_for_law_are_ruled_on_and_go_in_by_themselves(self, desk: City) -> None:
        first, second = desk.client(cast.OFFICER), desk.client(cast.SECOND_OFFICER)
        on_the_spot = {
            "summary_procedure": "是",
            "kinds": "警告",
            "content_text": "警告",
            "confiscated_amount": "",
        }
        done = desk_city.submitted(
            sample.penalty(301, sample.PERSON, decided_on="2024-03-04", **on_the_spot), name="当场.csv"
        )
        assert done.counts["waiting"] == 1
        shown = text(first.get(reverse("desk:waiting") + "?question=P-58.collection"))
        assert done.no in shown
        assert "去裁定" in shown
        path = reverse("desk:ruling-propose", args=[question_in(text(first.get(reverse("desk:rulings"))))])
        through(first, path, {"decision_collected": "True", "ground": "示例理由"})
        row = next(each for each in ruling_rows() if each.value_id == "P-58.collection")
        assert row.number in text(second.get(reverse("desk:home")))
        assert second.post(reverse("desk:ruling-decide", args=[row.id, "approve"])).status_code == 302
        assert set(desk_city.work()) == {"已完成"}
        found = queries.batch(done.batch, actor=CLERK.actor)
        assert found is not None
        assert found.counts["waiting"] == 0

    def test_no_step_but_those_three(self, desk: City) -> None:
        path = reverse("desk:ruling-decide", args=[desk.ruling, "erase"])
        assert desk.client(cast.OFFICER).post(path).status_code == 404


def question_in(html: str) -> str:
    """The id, with its facts, of the open question about on-the-spot penalties of persons."""
    found = re.search(r"/desk/rulings/propose/(P-58\.collection[^/]*)/", html)
    assert found is not None
    return urllib.parse.unquote(found.group(1))


class TestWidenings:
    def test_held_records_are_decided_after_a_second_look_and_once(
        self, desk: City, superuser: psycopg.Connection[Any]
    ) -> None:
        done = desk_city.submitted(sample.penalty(401), name="待定.csv")
        with cast.untold(superuser):
            held = superuser.execute(
                "INSERT INTO publication_heldwidening (record, agency, version, event, verdict_id, wanted_from,"
                " held_since, ground) SELECT r.id, r.agency_id, 1, r.batch, e.verdict_id, '2026-05-11', %s, ''"
                " FROM registry_record r JOIN publication_publicentry e ON e.record = r.id WHERE r.batch = %s"
                " RETURNING record",
                [cast.NOW, done.batch],
            ).fetchone()
        assert held is not None
        checker, path = desk.client(CHECKER), reverse("desk:widenings")
        assert str(held[0]) in text(checker.get(path))
        assert "条待定公示" in text(checker.get(reverse("desk:home")))
        fields = {"records": str(held[0]), "granted": "no", "ground": "维持原期限（示例）"}
        assert checker.post(path, {**fields, "ground": ""}).status_code == 422
        decided, sent = through(checker, path, fields)
        assert decided.status_code == 302
        assert checker.post(path, sent).status_code == 302  # the second click shows the first result
        other = checker.post(path, {**sent, "once": "another", "granted": "yes"})
        assert other.status_code == 409
        assert str(held[0]) not in text(checker.get(path))
        (row,) = superuser.execute("SELECT granted, decided_by FROM publication_heldwidening").fetchall()
        assert row == (False, CHECKER.actor.user_id)
