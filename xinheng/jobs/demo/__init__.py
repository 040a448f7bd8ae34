"""A fictional city office, visibly so: every name says 示例 (演示)."""
