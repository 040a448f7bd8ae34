"""What may be done with repairs (信用修复办理): begin, hand in, lodge, take a step, supply, withdraw, tell; plans of a court."""

from xinheng.casework.repairs.fire import fire
from xinheng.casework.repairs.lodging import begin, keep_material, lodge, supply, withdraw
from xinheng.casework.repairs.plans import end_plan, keep_ruling, state_plan, verify_plan
from xinheng.casework.repairs.telling import tell

__all__ = [
    "begin",
    "end_plan",
    "fire",
    "keep_material",
    "keep_ruling",
    "lodge",
    "state_plan",
    "supply",
    "tell",
    "verify_plan",
    "withdraw",
]
