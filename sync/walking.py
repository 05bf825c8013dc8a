"""How long a list may be walked: one that never ends must not keep a station at it for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sync.errors import BrokenAnswer

FEW: Final = 10
"""Entries on a page, on average, below which a long list is not believed: the contract's default is 50."""
PATIENCE: Final = 200
"""Pages that may be as small as they like."""
MOST_PAGES: Final = 50_000
"""Pages of any list; a million orders are 10,000 pages of 100."""
_CURSOR: Final = "$.pagination.next_cursor"


@dataclass
class Walk:
    """What was read of one list so far."""

    pages: int = 0
    entries: int = 0
    _cursors: set[str] = field(default_factory=set)

    def took(self, entries: int) -> None:
        """One more page was read, with so many entries, readable or not."""
        self.pages += 1
        self.entries += entries

    def onward(self, cursor: str) -> str:
        """The cursor of the next page. Raises BrokenAnswer for a list that does not come to an end."""
        if cursor in self._cursors:
            raise BrokenAnswer("a list that leads back to itself", _CURSOR)
        thin = self.pages >= PATIENCE and self.entries < FEW * self.pages
        if thin or self.pages >= MOST_PAGES:
            raise BrokenAnswer(
                f"a list that does not come to an end: {self.entries} entries on {self.pages} pages, and"
                " more to come; the rest was not read",
                _CURSOR,
            )
        self._cursors.add(cursor)
        return cursor
