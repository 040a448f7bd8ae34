"""Batches in: files, checks, staging, merge (报送)."""
