"""Cases on false promises at the desk: list, case, steps, papers (承诺不实办理)."""
