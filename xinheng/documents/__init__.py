"""Numbered documents: drawn, sealed, told to the ledger, confirmed to anybody (文书与报告的出具)."""
