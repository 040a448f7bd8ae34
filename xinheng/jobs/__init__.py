"""The commands of `xinheng`, thirty lines at most each (命令)."""
