"""Tests of the counter (办事端); a package, so that its town is put back when the last of them is done."""
