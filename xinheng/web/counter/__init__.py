"""The counter 我的信用: what a subject sees of itself and does for itself (办事端)."""
