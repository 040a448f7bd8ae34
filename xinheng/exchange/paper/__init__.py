"""Workbooks that go back to the sender (回传表格): annotated sheets, refused rows, templates."""
