"""Settings, addresses and the command: the only package that knows all others (配置)."""
