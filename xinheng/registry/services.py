"""What may be done in the register beside its intake: measures, reviews of windows, effects and marks (登记办理)."""

from xinheng.registry.effecting import (
    Decided,
    apply_effect,
    delete_record,
    lift_effect,
    mark_records,
    unmark_records,
)
from xinheng.registry.measureends import answer_notice, end_measure
from xinheng.registry.measures import decide_measure, propose_measure, record_not_taken, review_measure
from xinheng.registry.reviewing import review_touched, review_touched_case

__all__ = [
    "Decided",
    "answer_notice",
    "apply_effect",
    "decide_measure",
    "delete_record",
    "end_measure",
    "lift_effect",
    "mark_records",
    "propose_measure",
    "record_not_taken",
    "review_measure",
    "review_touched",
    "review_touched_case",
    "unmark_records",
]
