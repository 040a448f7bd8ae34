"""Read-only mirror of reference/ for keys and joins; rulings (目录)."""
