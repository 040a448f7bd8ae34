"""Repair carried out (信用修复办理): one application, a case at each authority, a decision on each record."""
