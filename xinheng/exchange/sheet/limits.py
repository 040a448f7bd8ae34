"""Technical limits of an uploaded file (文件限制). They guard the machine and are no values of law."""

from typing import Final

MiB: Final = 2**20
CSV_BYTES: Final = 2048 * MiB
XLSX_BYTES: Final = 20 * MiB
UNPACKED_BYTES: Final = 200 * MiB
# Real sheets pack 10 to 30 to 1; a bomb a thousand to 1. Small members are let be.
RATIO: Final = 100
RATIO_FROM_BYTES: Final = 4 * MiB
MEMBERS: Final = 1000
COLUMNS: Final = 512
# A cell of Excel holds 32,767 characters; a CSV has no reason to hold more.
CELL_CHARACTERS: Final = 32_767
RECORD_BYTES: Final = 2 * MiB
# Some 17,000 rows of a penalty sheet: what is read at once decides how much memory a large file takes.
BLOCK_BYTES: Final = 8 * MiB
# Headings are looked for in so many rows: not to read them there, but to say where they are.
TOP_ROWS: Final = 10
MERGED_ROWS: Final = 100_000
