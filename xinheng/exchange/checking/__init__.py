"""What the form of a row must be: reading of values, cell checks, row checks, notices (校验细则)."""
