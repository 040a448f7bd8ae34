"""Recomputing rows, leaves and root from the database, and naming what differs (校验)."""
