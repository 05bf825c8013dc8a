"""The site's choices that change what a read does (`[policy]` and each `[[scanner]]` in scanners.toml)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Teach(StrEnum):
    """Who may teach an unknown code while an order is open."""

    NEVER = "never"
    OPERATOR = "operator"
    """Whoever scans."""
    SUPERVISOR = "supervisor"
    """Whoever scans, when a supervisor approves."""


class Expired(StrEnum):
    """What goods do whose label gives a day that is over (AI 17, else AI 15)."""

    ALARM = "alarm"
    """They are refused, and the alarm is latched."""
    WARN = "warn"
    """They are refused aloud, and scanning goes on."""
    ACCEPT = "accept"
    """They count; the day is on their event."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules need to know of the configuration."""

    sign_in: bool = True
    """Whether somebody must sign in before goods count."""
    alarm_on_wrong_item: bool = True
    """Whether a wrong item latches an alarm, or is refused with a beep alone."""
    teach: Teach = Teach.SUPERVISOR
    expired: Expired = Expired.ALARM
