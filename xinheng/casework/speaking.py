"""What a party hands in goes to the procedure whose notice it answers (提出意见): one door for the counter and the window."""

# clauses: 4.1a, 4.1b

from __future__ import annotations

from datetime import datetime

from xinheng.access.actor import Actor
from xinheng.casework import services as listing
from xinheng.casework.promises import services as promises
from xinheng.casework.reached import OwnPaper
from xinheng.casework.services import Receipt
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.ledger.emitting import composed


@composed
def hand_in(paper: OwnPaper, *, kind: str, text: str, actor: Actor, now: datetime) -> Receipt:
    """Take what a party says to this paper. Raises Refusal as `services.hand_in` of the paper's procedure."""
    take = promises.hand_in if paper.procedure == FALSE_PROMISE.name else listing.hand_in
    return take(paper.case, kind=kind, text=text, actor=actor, now=now)
