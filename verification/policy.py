"""The site's choices that change what a read does (`[policy]` and each `[[scanner]]` in scanners.toml)."""

from __future__ import annotations

from enum import StrEnum

from verification.meaning import Person
from verification.records import record


class Entrusted(StrEnum):
    """Whom the site trusts with more than scanning: teaching a code, typing a count."""

    NEVER = "never"
    """Nobody."""
    OPERATOR = "operator"
    """Whoever scans."""
    SUPERVISOR = "supervisor"
    """Whoever scans, when a supervisor approves."""

    def allows(self, person: Person | None, *, sign_in: bool) -> bool:
        """Whether whoever is at the bench may do it, if only with somebody's approval."""
        return self is not Entrusted.NEVER and (person is not None or not sign_in)

    def wants_approval(self, person: Person | None) -> bool:
        """Whether a supervisor has to agree."""
        return self is Entrusted.SUPERVISOR and not (person is not None and person.supervisor)


class Expired(StrEnum):
    """What goods do whose label gives a day that is over (AI 17, else AI 15)."""

    ALARM = "alarm"
    """They are refused, and the alarm is latched."""
    WARN = "warn"
    """They are refused aloud, and scanning goes on."""
    ACCEPT = "accept"
    """They count; the day is on their event."""


@record
class Policy:
    """What the rules need to know of the configuration."""

    sign_in: bool = True
    """Whether somebody must sign in before goods count."""
    alarm_on_wrong_item: bool = True
    """Whether a wrong item latches an alarm, or is refused with a beep alone."""
    teach: Entrusted = Entrusted.SUPERVISOR
    """Who may teach an unknown code while an order is open."""
    quantity_entry: Entrusted = Entrusted.NEVER
    """Who may type how many more units of the goods read last there are."""
    expired: Expired = Expired.ALARM
    blind_recheck_percent: int = 0
    """Of 100 orders that are completed here, how many somebody else counts again."""
