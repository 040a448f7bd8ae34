"""What the machine room needs: clock, jobs, database, idempotency (运行时)."""
