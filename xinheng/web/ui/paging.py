"""Pages of a list (分页)."""

from __future__ import annotations

from dataclasses import dataclass, replace

REACH = 2  # page numbers shown on either side of the current one
LAST_PAGE = 10_000  # what is typed beyond this is read as this


@dataclass(frozen=True, slots=True)
class Pager:
    """Page `page` (from 1) of a list of `total` rows, `size` a page; `capped`: there are more than `total`."""

    page: int
    total: int
    size: int
    capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    def within(self) -> Pager:
        """The same, on the last page for whoever asks beyond it."""
        return replace(self, page=min(self.page, self.pages))

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1

    @property
    def around(self) -> range:
        return range(max(1, self.page - REACH), min(self.pages, self.page + REACH) + 1)


def page_number(text: str) -> int:
    """The page asked for in a URL; whatever is no number of 1 and above is page 1."""
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1
