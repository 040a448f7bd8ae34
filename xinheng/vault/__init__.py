"""Keys, per-subject encryption and the blind index (密钥库)."""
