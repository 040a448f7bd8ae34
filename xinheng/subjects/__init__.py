"""Credit subjects of five kinds and their identifiers (信用主体)."""
