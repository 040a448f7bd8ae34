"""Promises found false (承诺不实): a new adverse case on what was repaired, with its own notice, hearing and decision."""
