"""A witness: a program that somebody else runs, and that cosigns only a log that has grown (见证人)."""
