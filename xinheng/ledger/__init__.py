"""Events, subscribers and the outbox (台账)."""
