"""`python -m xinheng.ledger.witness …` (命令入口)."""

import sys

from .commands import main

sys.exit(main())
