"""A folder whose tests share one story: the fixture `story` of scope "package" needs this file (某日情况测试)."""
