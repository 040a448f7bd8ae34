"""A repeated write acts once and answers as before; another body under the same key is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b, md5, sha1, sha256, sha512
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests import cast
from tests.cast import ENVIRONMENT_CLERK, MARKET_CLERK, NOW
from tests.support.database import TestDatabase
from xinheng.law.language import Refusal
from xinheng.runtime.idempotency import KEPT, Answer, forget, once
from xinheng.runtime.jobs import enqueue
from xinheng.runtime.models import IdempotencyKey, Job

ACTOR = MARKET_CLERK.actor


def write() -> Answer:
    return {"job": str(enqueue("nothing", {}, actor=ACTOR, now=NOW))}


def send(body: Any = b"body", key: str = "k", actor: Any = ACTOR, do: Callable[[], Answer] = write) -> Any:
    return once(actor, key, body, NOW, do)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.reasons[0].code


@pytest.mark.django_db
class TestOnce:
    def test_acts_once_and_answers_alike(self) -> None:
        first, repeated = send()
        assert not repeated
        assert send() == (first, True)
        assert Job.objects.count() == 1

    def test_another_body_is_refused(self) -> None:
        send()
        assert refused(lambda: send(b"other")) == "IDEMPOTENCY_OTHER_BODY"
        assert Job.objects.count() == 1

    def test_keys_belong_to_whoever_sends(self) -> None:
        assert send()[1] is False
        assert send(actor=ENVIRONMENT_CLERK.actor)[1] is False
        assert send(key="k2")[1] is False

    def test_the_order_of_a_mapping_does_not_matter(self) -> None:
        send({"a": 1, "b": "例"})
        assert send({"b": "例", "a": 1})[1] is True
        assert refused(lambda: send({"a": 2, "b": "例"})) == "IDEMPOTENCY_OTHER_BODY"

    def test_what_was_sent_cannot_be_guessed_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A form with a number of a person in it: its digest says nothing without the key of the installation."""
        form = {"number": cast.PERSON_ID, "name": "示例"}
        send(form)
        kept = bytes(IdempotencyKey.objects.get().body_mac)
        plain = json.dumps(form, ensure_ascii=False, sort_keys=True).encode()
        named = (sha256, sha1, md5, sha512, blake2b)
        texts = (plain, cast.PERSON_ID.encode())
        assert len(kept) == 32
        assert kept not in {each(text).digest()[:32] for each in named for text in texts}
        monkeypatch.setattr(settings, "SECRET_KEY", "another installation")
        assert refused(lambda: send(form)) == "IDEMPOTENCY_OTHER_BODY"

    def test_old_answers_are_forgotten_and_newer_ones_kept(self) -> None:
        send()
        assert forget(now=NOW + KEPT) == 0
        assert forget(now=NOW + KEPT + timedelta(seconds=1)) == 1
        assert send()[1] is False

    def test_a_write_that_failed_may_be_sent_again(self) -> None:
        def fail() -> Answer:
            write()
            raise RuntimeError

        with pytest.raises(RuntimeError):
            send(do=fail)
        assert not IdempotencyKey.objects.exists()
        assert not Job.objects.exists()
        assert send()[1] is False


def test_fifty_at_once_act_once(committed: TestDatabase) -> None:
    answers: list[object] = []

    def work() -> None:
        try:
            answers.append(send()[0]["job"])
        except Refusal as refusal:
            answers.append(refusal.reasons[0].code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(50)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert Job.objects.count() == 1
    assert set(answers) <= {str(Job.objects.get().id), "IDEMPOTENCY_RUNNING"}
    assert len(answers) == 50


def test_key_and_write_are_kept_together(committed: TestDatabase) -> None:
    """An answer that was lost in a crash before the commit leaves nothing, so that a repeat acts."""
    with pytest.raises(RuntimeError), transaction.atomic():
        send()
        raise RuntimeError
    assert (IdempotencyKey.objects.count(), Job.objects.count()) == (0, 0)


def test_while_the_first_is_at_work_the_second_is_told_so(committed: TestDatabase) -> None:
    told: list[str] = []

    def second() -> None:
        try:
            told.append(refused(send))
        finally:
            connections.close_all()

    def first() -> Answer:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
        return write()

    send(do=first)
    assert told == ["IDEMPOTENCY_RUNNING"]
