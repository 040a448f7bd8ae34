"""The intake follows the ledger (跟随事件): imported once by the app, so that subscriptions exist."""

from xinheng.exchange import waiting

__all__ = ["waiting"]
