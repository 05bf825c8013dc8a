"""How long nobody has been at the bench, in monotonic seconds: no wall clock locks or keeps anything open."""

from __future__ import annotations


class IdleWatch:
    """Told whenever somebody scans or presses a key, and asked whether the bench should be locked."""

    def __init__(self, minutes: int, now: float) -> None:
        self._minutes = minutes
        self._stirred = now

    @property
    def why(self) -> str:
        """What to say of a bench that was locked, as a clause."""
        so_long = f"{self._minutes} minutes" if self._minutes > 1 else "a minute"
        return f"nobody scanned or pressed a key for {so_long}"

    def stir(self, now: float) -> None:
        """Somebody is there."""
        self._stirred = now

    def is_over(self, now: float) -> bool:
        """Whether nobody has stirred for so long; asked again, not until as long has passed once more."""
        if not self._minutes or now - self._stirred < self._minutes * 60:
            return False
        self._stirred = now
        return True
