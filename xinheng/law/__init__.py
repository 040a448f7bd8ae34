"""The law as a pure library (法): facts in, verdict out. No Django, no clock, no query, no network."""
