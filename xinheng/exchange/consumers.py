"""The intake and the recalls follow the ledger (跟随事件): imported once by the app, so that subscriptions exist."""

from xinheng.exchange import recalls, waiting

__all__ = ["recalls", "waiting"]
