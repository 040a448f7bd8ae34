"""Applying for repair, at home and at the window alike (申请信用修复): one flow in two frames."""
