"""What anybody needs to check evidence without us: the standard library and `cryptography` (独立核验)."""
