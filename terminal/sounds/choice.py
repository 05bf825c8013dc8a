"""Which sound a verdict has, and which of several is heard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from verification.verdicts import Verdict


class Sound(StrEnum):
    """One sound, and what it tells."""

    SILENCE = "silence"
    """Nothing: played at start to find out whether a player works, which also wakes the sound device."""
    GOOD = "good"
    """Counted."""
    LINE_DONE = "line_done"
    ORDER_DONE = "order_done"
    COMMAND = "command"
    """An order was opened, somebody signed in, a command was carried out."""
    TWICE = "twice"
    """A double read was held back."""
    ATTENTION = "attention"
    """Refused: look at the screen."""
    OVER = "over"
    """More than the order needs."""
    ALARM = "alarm"
    """Goods in hand that do not belong in the box."""

    @property
    def rank(self) -> int:
        """How much it matters: 0 for welcome news, 1 for a refusal, `ALARMING` for what is never dropped."""
        return _RANKS.get(self, 0)


ALARMING = 2
_RANKS = {Sound.TWICE: 1, Sound.ATTENTION: 1, Sound.OVER: ALARMING, Sound.ALARM: ALARMING}

SOUND: Mapping[Verdict, Sound] = {
    Verdict.ACCEPTED: Sound.GOOD,
    Verdict.LINE_VERIFIED: Sound.LINE_DONE,
    Verdict.ORDER_VERIFIED: Sound.ORDER_DONE,
    Verdict.RECOUNTED: Sound.GOOD,
    Verdict.ORDER_OPENED: Sound.COMMAND,
    Verdict.SIGNED_IN: Sound.COMMAND,
    Verdict.COMMAND: Sound.COMMAND,
    Verdict.UNREADABLE: Sound.ATTENTION,
    Verdict.UNKNOWN_CODE: Sound.ATTENTION,
    Verdict.AMBIGUOUS_CODE: Sound.ATTENTION,
    Verdict.NOT_ON_ORDER: Sound.ALARM,
    Verdict.LINE_ALREADY_VERIFIED: Sound.OVER,
    Verdict.EXCEEDS_REMAINING: Sound.OVER,
    Verdict.DUPLICATE_READ: Sound.TWICE,
    Verdict.DUPLICATE_SERIAL: Sound.ALARM,
    Verdict.EXPIRED: Sound.ALARM,
    Verdict.ORDER_LOCKED: Sound.ATTENTION,
    Verdict.NO_ORDER_OPEN: Sound.ATTENTION,
    Verdict.NOT_SIGNED_IN: Sound.ATTENTION,
    Verdict.ALARM_PENDING: Sound.ALARM,
    Verdict.NOT_RECORDED: Sound.ATTENTION,
}
"""The sound of each verdict."""


def heard(verdicts: Iterable[Verdict]) -> Sound | None:
    """The one sound for reads that were committed together: the newest of those that matter most."""
    chosen: Sound | None = None
    for verdict in verdicts:
        chosen = louder(chosen, SOUND.get(verdict, Sound.ATTENTION))
    return chosen


def louder(waiting: Sound | None, newest: Sound) -> Sound:
    """Of a sound that waits and a newer one, the one to play: the newer, unless the other matters more."""
    return newest if waiting is None or newest.rank >= waiting.rank else waiting
