"""Measures taken and not taken: what an officer may do (惩戒措施)."""

from xinheng.registry.measureends import answer_notice, end_measure
from xinheng.registry.measures import decide_measure, propose_measure, record_not_taken, review_measure

__all__ = [
    "answer_notice",
    "decide_measure",
    "end_measure",
    "propose_measure",
    "record_not_taken",
    "review_measure",
]
