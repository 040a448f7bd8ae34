"""The pages of correction and revocation: asked, checked, done; each shows what it should and nobody's name in an address."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import cast
from tests.documents import seals
from tests.revocations import town as towns
from tests.revocations.town import Town
from tests.web.desk_city import signed_in
from xinheng.access import accounts, counter_login
from xinheng.casework.correctionfacts import Given
from xinheng.runtime import clock

pytestmark = pytest.mark.clause("2.2b", "1.3a", "5.1d")
PROOF = {
    "kind": "judgment", "number": "（2026）示行终1号", "body_name": "示例区人民法院", "decided_on": "2026-11-20",
}  # fmt: skip
FELL = {**PROOF, "outcome": "revoked", "known_on": "2026-11-20", "statement": "人民法院判决撤销（示例）。"}


def desk(officer: cast.Officer) -> Client:
    return signed_in(officer)


def counter(firm: str = "plain") -> Client:
    """A browser in which the firm's legal representative is signed in."""
    proved = accounts.Identity(
        "https://example.invalid", firm, "", (accounts.Represents(towns.FIRMS[firm], "legal_representative"),)
    )
    account, client = accounts.arrive(proved, now=clock.now()), Client()
    session = client.session
    told = {"account": str(account), "binding": "", "seen": clock.now().isoformat()}
    session[counter_login.SIGNED] = told
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client


def done(client: Client, address: str, form: dict[str, Any]) -> Any:
    """The check page, then the act."""
    checked = client.post(address, {**form, "step": "check"})
    assert checked.status_code == 200, checked.content.decode()
    assert 'value="act"' in checked.content.decode()
    answer = client.post(address, {**form, "step": "act", "once": uuid4().hex})
    assert answer.status_code in (200, 302), answer.content.decode()
    return answer


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_a_change_is_registered_at_the_desk_and_the_tree_shows_what_fell(town: Town) -> None:
    clerk, checker = desk(cast.LABOUR_CLERK), desk(cast.LABOUR_CHECKER)
    address = f"/desk/revocations/new/{town.records[1]}/"
    assert "登记文书的撤销" in text(clerk, address)
    assert clerk.post(address, {**FELL, "statement": "", "step": "check"}).status_code == 422
    checked = clerk.post(address, {**FELL, "step": "check"}).content.decode()
    assert "将影响：名单信息" in checked
    assert towns.is_public(town.records[1])
    where = done(clerk, address, FELL)["Location"]
    shown = text(checker, where)
    for word in (
        "一并撤下",
        "名单信息",
        "惩戒措施",
        "由该单位处理，已告知",
        "应当通知的接收方",
        PROOF["number"],
    ):
        assert word in shown
    assert not towns.is_public(town.records[1])
    assert "WSBG-2026-00000" in text(checker, "/desk/revocations/")
    assert desk(cast.MARKET_CLERK).get(where).status_code == 404


def test_what_was_hidden_goes_to_review_and_signature(town: Town) -> None:
    where = done(desk(cast.LABOUR_CLERK), f"/desk/revocations/new/{town.records[2]}/", FELL)["Location"]
    checker, signer = desk(cast.LABOUR_CHECKER), desk(cast.LABOUR_SIGNER)
    assert "复核余下的依据是否足够" in text(checker, where)
    done(checker, f"{where}do/review/", {"revision": 2, "reason": "示例理由"})
    stale = signer.post(f"{where}do/keep/", {"revision": 2, "reason": "示例", "step": "act", "once": "x"})
    assert stale.status_code == 409
    done(signer, f"{where}do/keep/", {"revision": 3, "reason": "示例理由"})
    assert "经复核继续保留" in text(signer, where)


def test_a_stay_and_its_end_at_the_desk(town: Town) -> None:
    clerk = desk(cast.LABOUR_CLERK)
    where = done(clerk, f"/desk/revocations/new/{town.records[4]}/", {**FELL, "outcome": "stayed"})[
        "Location"
    ]
    assert "停止执行" in text(clerk, where)
    done(clerk, f"{where}again/", {**PROOF, "outcome": "effective"})
    assert "恢复效力" in text(clerk, where)


def test_a_dispute_at_the_desk(town: Town) -> None:
    clerk, address = desk(cast.LABOUR_CLERK), f"/desk/revocations/dispute/{town.records[4]}/"
    done(clerk, address, {"number": "示复受〔2026〕1号"})
    assert towns.shown(town.records[4])[1] == ("contested",)
    assert "已经结束" in text(clerk, address)


def lodged(client: Client, record: UUID, **form: str) -> str:
    """The number of what was lodged at the counter."""
    answer = done(client, f"/me/corrections/new/?record={record}", {"why": "示例说明", **form})
    shown = answer.content.decode()
    assert "已经受理" in shown
    return "XXYY-2026-000001"


def test_a_party_says_what_is_wrong_and_follows_it_to_the_decision(town: Town) -> None:
    me, record = counter(), town.records[4]
    assert "信息有误或者不是本人的，提出异议" in text(me, f"/me/records/{record}/")
    assert me.post(f"/me/corrections/new/?record={record}", {"step": "check"}).status_code == 422
    assert me.get(f"/me/corrections/new/?record={town.records[1]}").status_code == 404
    number = lodged(me, record, claim_conduct="示例：没有这件事")
    assert "异议处理中" in text(me, f"/me/corrections/{number}/")
    (receipt,) = papers(me, f"/me/corrections/{number}/")
    assert me.get(receipt).content.startswith(b"%PDF")
    assert counter("sole").get(receipt).status_code == 404
    assert me.get(f"/me/corrections/new/?record={record}")["Location"] == f"/me/corrections/{number}/"
    decided_and_completed(me, number)
    assert towns.shown(record) == ([], ())


def decided_and_completed(me: Client, number: str) -> None:
    """At the desk, and what the party reads of it meanwhile."""
    clerk, checker = desk(cast.LABOUR_CLERK), desk(cast.LABOUR_CHECKER)
    assert number in text(clerk, "/desk/corrections/")
    assert "<b>1</b>件异议在办" in text(clerk, "/desk/")
    assert "<b>0</b>件异议在办" in text(desk(cast.MARKET_CLERK), "/desk/")
    matter = towns.latest_correction()
    where = f"/desk/corrections/{matter}/"
    assert "示例：没有这件事" in text(clerk, where)
    done(clerk, f"{where}do/answer/", {"revision": 1, "answer": "原决定书载明如下（示例）。"})
    ruling = {
        "how_conduct": "other", "value_conduct": towns.DECIDED, "document_conduct": "示例文书", "reason_conduct": "示例",
        "reason": "示例", "reconsideration_body": "示例市人民政府", "court": "示例区人民法院",
    }  # fmt: skip
    assert (
        clerk.post(
            f"{where}do/propose/", {**ruling, "document_conduct": "", "revision": 2, "step": "check"}
        ).status_code
        == 422
    )
    done(clerk, f"{where}do/propose/", {**ruling, "revision": 2})
    assert towns.DECIDED not in text(me, f"/me/corrections/{number}/")
    done(checker, f"{where}do/decide/", {"revision": 3})
    shown = text(me, f"/me/corrections/{number}/")
    assert towns.DECIDED in shown
    _receipt, decision = papers(me, f"/me/corrections/{number}/")
    assert me.get(decision)["Content-Type"] == "application/pdf"
    served = {
        "way": "direct",
        "on": "2026-11-23",
        "shows": ["receipt_signed"],
        "receiver": "示例",
        "confirmed": "on",
    }
    done(clerk, f"{where}do/complete/", {**served, "revision": 4})


def papers(client: Client, page: str) -> list[str]:
    """Where the papers of a correction are kept, in the order of the page."""
    return re.findall(r'href="([^"]+/papers/[^"/]+/)"', text(client, page))


def test_the_decision_comes_back_signed_and_sealed(town: Town) -> None:
    """As decisions of lists do: what is not of this paper is refused; the party gets the sealed one."""
    number = lodged(counter(), town.records[4], claim_conduct="示例：没有这件事")
    matter = towns.latest_correction()
    towns.step(matter, "answer", towns.CLERK, Given(answer="示例"))
    towns.step(matter, "propose", towns.CLERK, towns.WHOLE)
    towns.step(matter, "decide", towns.CHECKER)
    clerk, where = desk(cast.LABOUR_CLERK), f"/desk/corrections/{matter}/"
    receipt, decision = (each.rstrip("/") for each in papers(clerk, where))
    pdf, seal = clerk.get(f"{decision}/").content, f"{decision}/seal/"
    assert seal in text(clerk, where)
    assert clerk.post(f"{receipt}/seal/", {}).status_code == 404
    assert clerk.get(f"{decision}/?sealed=1").status_code == 404
    unsealed = clerk.post(seal, {"file": SimpleUploadedFile("示例.pdf", pdf), "method": "incremental"})
    assert (unsealed.status_code, "还没有加盖电子印章" in unsealed.content.decode()) == (422, True)
    sealed = seals.sealed(pdf)
    done = clerk.post(seal, {"file": SimpleUploadedFile("示例.pdf", sealed), "method": "incremental"})
    assert (done.status_code, done["Location"]) == (302, where)
    assert "已核对一致" in text(clerk, where)
    assert clerk.get(f"{decision}/?sealed=1").content == sealed
    assert counter().get(papers(counter(), f"/me/corrections/{number}/")[1]).content == sealed


def test_not_me_is_frozen_from_the_counter_and_taken_back(town: Town) -> None:
    me = counter()
    number = lodged(me, town.records[4], not_mine="on")
    assert not towns.is_public(town.records[4])
    clerk, where = desk(cast.LABOUR_CLERK), f"/desk/corrections/{towns.latest_correction()}/"
    assert "名称相同、代码不同" in text(clerk, where)
    done(clerk, f"{where}siblings/{town.records[5]}/", {"revision": 2, "answer": "no"})
    assert "没有认错" in text(clerk, where)
    assert counter("sole").get(f"/me/corrections/{number}/").status_code == 404
    done(me, f"/me/corrections/{number}/", {"revision": "2"})
    assert towns.is_public(town.records[4])


def test_the_window_takes_it_for_who_is_present(town: Town) -> None:
    account_of_window = towns.at_window(town)
    client = desk(cast.WINDOW_STAFF)
    address = f"/desk/window/{account_of_window}/records/{town.records[4]}/correct/"
    assert "信息有误或者不是本人的" in text(client, f"/desk/window/{account_of_window}/")
    receipt = done(client, address, {"not_mine": "on", "why": "示例"}).content.decode()
    (paper,) = re.findall(r'href="([^"]+/papers/[^"/]+/)"', receipt)
    assert client.get(paper)["Content-Type"] == "application/pdf"
    assert towns.shown(town.records[4]) == (["WITHHOLD"], ("disputed",))
