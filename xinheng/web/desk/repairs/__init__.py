"""Repairs at the desk: work list, case, steps, papers (信用修复办理)."""
