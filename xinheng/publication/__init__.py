"""What the public may see, and the evidence of it (公示)."""
