"""Agencies, users, the gate and its register (权限与查询登记)."""
