"""Xinheng 信衡: public credit run within the law it holds."""
