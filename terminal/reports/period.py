"""The period of a report: local days and moments on one side, quarters of an hour in UTC on the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from store.due import in_zone
from store.figures import Span
from verification.records import record

_QUARTER = 15
"""Minutes. The log is summed up by quarters of an hour, so a period begins and ends with one."""


class NoMoment(ValueError):
    """What was given is no day and no moment that a report can begin or end with; `str` of it says why."""


@record
class Period:
    """From when until when, in the station's time zone; None where there is no bound."""

    since: datetime | None = None
    until: datetime | None = None
    """The moment before which it ends."""

    @classmethod
    def given(cls, since: str | None, until: str | None) -> Period:
        """The period that two texts name. A day given as the end belongs to it. Raises NoMoment."""
        period = cls(
            _moment(since, last=False) if since else None, _moment(until, last=True) if until else None
        )
        if period.since and period.until and period.since >= period.until:
            raise NoMoment(f"{since} is not before {until}: give a beginning that lies before the end.")
        return period

    @classmethod
    def today(cls, now: datetime) -> Period:
        """The day that `now` lies in."""
        day = now.astimezone().date()
        return cls(_midnight(day), _midnight(day + timedelta(days=1)))

    @property
    def span(self) -> Span:
        """The same for the ledger."""
        return Span(_utc(self.since) if self.since else "", _utc(self.until) if self.until else "~")

    @property
    def told(self) -> str:
        """The period in words."""
        since = f"from {self.since:%Y-%m-%d %H:%M}" if self.since else "from the beginning"
        return f"{since} until {self.until:%Y-%m-%d %H:%M}" if self.until else f"{since} until now"

    def as_json(self) -> dict[str, str | None]:
        """Both ends with their offset from UTC."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


def _moment(text: str, *, last: bool) -> datetime:
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text)
            return _midnight(day + timedelta(days=1) if last else day)
        moment = datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise NoMoment(
            f"{text} is no day and no moment: give one as 2026-01-31 or as 2026-01-31T14:30."
        ) from error
    if moment.minute % _QUARTER or moment.second or moment.microsecond:
        raise NoMoment(f"{text} is within a quarter of an hour: give a moment on :00, :15, :30 or :45.")
    return moment


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def local_day_and_hour(quarter: str) -> tuple[str, str]:
    """The local day of a quarter of an hour in UTC, and the hour of that day as `14:00`."""
    told = f"{datetime.fromisoformat(f'{quarter}+00:00').astimezone():%Y-%m-%d %H:00}"
    return told[:10], told[11:]


def local(at: str) -> str:
    """A moment of the log as people here call it; as it is where it is none."""
    try:
        return f"{in_zone(datetime.fromisoformat(at)):%Y-%m-%d %H:%M}"
    except ValueError:
        return at
