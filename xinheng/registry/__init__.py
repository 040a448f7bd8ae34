"""Instruments and records with their versions (文书与记录)."""
