"""Oversight: the directory of repair, complaints and their answers (监督：修复名录、举报)."""
