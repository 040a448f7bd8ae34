"""What may be done with repairs (信用修复办理): begin, hand in, lodge, take a step, supply, withdraw, tell."""

from xinheng.casework.repairs.fire import fire
from xinheng.casework.repairs.lodging import begin, keep_material, lodge, supply, withdraw
from xinheng.casework.repairs.telling import tell

__all__ = ["begin", "fire", "keep_material", "lodge", "supply", "tell", "withdraw"]
