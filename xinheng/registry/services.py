"""What officers may do with measures, and with what windows of force majeure touch (惩戒措施、待复核事项).

What repair, correction and revocation do to a record is outcomes.py: procedures alone call it.
"""

from xinheng.registry.lifting import keep_measure
from xinheng.registry.measureends import answer_notice, end_measure
from xinheng.registry.measures import decide_measure, propose_measure, record_not_taken, review_measure
from xinheng.registry.reviewing import review_touched, review_touched_case

__all__ = [
    "answer_notice",
    "decide_measure",
    "end_measure",
    "keep_measure",
    "propose_measure",
    "record_not_taken",
    "review_measure",
    "review_touched",
    "review_touched_case",
]
