"""How long a name stays locked after wrong PINs.

Of wrong ones in a row the one with the number `LOCKS_AT` locks the name, and each one after it for twice as
long as the one before. Time is counted on the computer's monotonic clock, which nobody can set: no wall
clock put forward and no program started anew shortens a wait. After a restart of the computer, when it
begins again, only the time since then counts.
"""

from __future__ import annotations

from verification.records import record

LOCKS_AT = 5
FIRST_WAIT = 60.0
LONGEST_WAIT = 3600.0
"""Seconds."""


@record
class Tries:
    """Wrong PINs in a row for one name."""

    wrong: int = 0
    at: float = 0.0
    """Monotonic seconds of the last one."""

    def wait(self, now: float) -> float:
        """Seconds for which the name is still locked at `now`, a monotonic time; 0 when it is not."""
        if self.wrong < LOCKS_AT:
            return 0.0
        locked = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self.wrong - LOCKS_AT, 32))
        # A clock that stands before the last try began anew: what it shows has passed for certain.
        passed = now - self.at if now >= self.at else now
        return max(0.0, locked - passed)

    def again(self, now: float) -> Tries:
        """With one more try at `now`, wrong until it is proved right."""
        return Tries(self.wrong + 1, now)
