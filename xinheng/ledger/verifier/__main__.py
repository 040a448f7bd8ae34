"""`python -m verifier …`, from this folder alone or from inside Xinheng (命令入口)."""

import sys

from .commands import main

sys.exit(main())
