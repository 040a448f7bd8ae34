"""A town in which a repair rested on a false promise (承诺不实测试夹具)."""

from tests.repairs.conftest import founded, town

__all__ = ["founded", "town"]
