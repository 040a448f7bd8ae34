"""Procedures as tables (程序): what comes after what, by whom, on what paper, by when."""
