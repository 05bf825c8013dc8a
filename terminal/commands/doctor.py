"""`tallyman doctor`: proof that the ledger is sound, and a look at what the station leans on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import click

from store import log, log_end, projections
from store.errors import LedgerError
from store.ledger import reading
from store.ledger_file import LOCK, SECRET, quick_check, version
from store.lock import holder
from store.secret import Secret
from terminal.api_key import KEY_FILE
from terminal.commands.common import DONE, FAILED, LEDGER_UNUSABLE, WRONG_USAGE, Command, Place, here, say
from terminal.config import Config
from terminal.config_table import ConfigError
from verification.printable import printable
from verification.records import record

_LEAST_FREE = 200_000_000
"""Bytes; a day of scanning takes a few million."""
_MOST_AHEAD = timedelta(minutes=5)
"""How far the log may be ahead of this computer's clock."""
_MOST_TOLD = 5


class State(StrEnum):
    """How one thing was found."""

    GOOD = "good"
    WARNING = "warning"
    """Scanning goes on, but somebody should see to it."""
    BAD = "bad"


@record
class Finding:
    """One thing that was looked at."""

    check: str
    state: State
    says: str
    code: int = DONE
    """What the command's exit code becomes."""


_SYMBOL = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "×"}
_WORST_FIRST = (LEDGER_UNUSABLE, FAILED, WRONG_USAGE, DONE)


@click.command(cls=Command, unconfigured=True)
@click.option("--rebuild", is_flag=True, help="Draw the projections anew from the log first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(rebuild: bool, as_json: bool) -> int:
    """Examine the ledger, the configuration and this computer. Works while people scan.

    Exit code 0 when the station is healthy, 1 when a projection differs from the log (--rebuild mends
    that, while no station runs) or the newest events seem to be cut off, 2 when the configuration is wrong,
    5 when the ledger is damaged.
    """
    place = here()
    findings = [*(_rebuilt(place) if rebuild else ()), *_examined(place)]
    codes = {finding.code for finding in findings}
    worst = next(code for code in _WORST_FIRST if code in codes)
    if as_json:
        say(json.dumps({"healthy": worst == DONE, "findings": [_shape(f) for f in findings]}))
    else:
        for finding in findings:
            say(f"{_SYMBOL[finding.state]} {finding.check + ':':<15} {printable(finding.says, 2000)}")
    return worst


def _shape(finding: Finding) -> dict[str, object]:
    shape = asdict(finding)
    del shape["code"]
    return shape


def _rebuilt(place: Place) -> Iterator[Finding]:
    with place.ledger() as ledger, ledger.transaction() as db:
        mended = projections.rebuild(db)
    yield Finding("rebuild", State.GOOD, f"{mended} projections differed and follow the log again.")


def _examined(place: Place) -> Iterator[Finding]:
    yield from _configured(place)
    try:
        with reading(place.data) as db:
            yield from _ledger(place.data, db)
    except LedgerError as error:
        yield Finding("ledger", State.BAD, str(error), LEDGER_UNUSABLE)
    yield _lock(place.data)
    yield _disk(place.data)
    yield _sound()


def _configured(place: Place) -> Iterator[Finding]:
    try:
        config = place.config()
    except ConfigError as error:
        yield Finding("configuration", State.BAD, str(error), WRONG_USAGE)
        return
    yield _configuration(config)
    if config.orders_api.ca_file is not None:
        yield _authority(config.orders_api.ca_file)


def _authority(file: Path) -> Finding:
    """The site's certificate authority, which the configuration has found usable."""
    from sync.authority import good_until

    end = good_until(file)
    if end is None:
        says = f"{file} holds no authority, only other certificates: the API may not be reached."
        return Finding("authority", State.WARNING, says)
    if end < datetime.now(UTC):
        says = f"{file} ended on {end:%Y-%m-%d}: the API cannot be reached; get the new one."
        return Finding("authority", State.WARNING, says)
    return Finding("authority", State.GOOD, f"{file}, good until {end:%Y-%m-%d}.")


def _configuration(config: Config) -> Finding:
    where = str(config.path) if config.path else "no scanners.toml found, so the built-in values hold"
    scanners = ", ".join(f"{scanner.id} ({scanner.kind.value})" for scanner in config.scanners)
    if config.policy.blind_recheck_percent and not config.policy.sign_in:
        says = (
            f"{where}: blind_recheck_percent is set, but sign_in is false: who counts again must have signed"
            " in, and may then be the one who counted."
        )
        return Finding("configuration", State.WARNING, says)
    return Finding("configuration", State.GOOD, f"{where}; station {config.station.id} with {scanners}.")


def _ledger(folder: Path, db: sqlite3.Connection) -> Iterator[Finding]:
    """What the file holds, as it is at this moment."""
    yield Finding("schema", State.GOOD, f"version {version(db)}.")
    quick_check(folder, db)
    yield Finding("file", State.GOOD, "SQLite finds no damage.")
    yield _chain(folder, db)
    yield _projections(db)
    yield _clock(db)
    yield _secret("secret", folder / SECRET)
    if (folder / KEY_FILE).exists():
        yield _secret("api key", folder / KEY_FILE)


def _projections(db: sqlite3.Connection) -> Finding:
    found = projections.differences(db)
    if not found:
        return Finding("projections", State.GOOD, "every count and status follows from the log.")
    told = "; ".join(str(difference) for difference in found[:_MOST_TOLD])
    more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    if projections.unlike_the_log(db):
        rest = (
            "the newest events may have been cut off the log, and then these counts are right: keep a copy of"
            " the data folder before you run `tallyman doctor --rebuild`, which gives them up."
        )
        return Finding("projections", State.BAD, f"{told}{more}: {rest}", FAILED)
    return Finding("projections", State.BAD, f"{told}{more}: run `tallyman doctor --rebuild`.", FAILED)


def _chain(folder: Path, db: sqlite3.Connection) -> Finding:
    try:
        secret = Secret.load(folder / SECRET, create=False)
    except LedgerError as error:
        return Finding("log", State.BAD, str(error), LEDGER_UNUSABLE)
    broken = log.first_break(db, secret.key("chain"))
    if broken is not None:
        says = f"{broken.problem}: somebody changed the log; keep this file and call for help."
        return Finding("log", State.BAD, says, LEDGER_UNUSABLE)
    lack = log_end.end(db).lack
    if lack is not None:
        says = f"{lack.told}; keep a copy of the data folder as it is, and call for help."
        return Finding("log", State.BAD, says, FAILED)
    (events,) = db.execute("SELECT count(*) FROM events").fetchone()
    return Finding("log", State.GOOD, f"{events} events, each as it was written.")


def _clock(db: sqlite3.Connection) -> Finding:
    (last,) = db.execute("SELECT max(at) FROM (SELECT at FROM events ORDER BY seq DESC LIMIT 100)").fetchone()
    now = datetime.now(UTC)
    if last is not None and datetime.fromisoformat(last) > now + _MOST_AHEAD:
        says = f"it is {now:%Y-%m-%d %H:%M} UTC here, but the log has a read of {last}: set the clock."
        return Finding("clock", State.WARNING, says)
    return Finding("clock", State.GOOD, f"{now:%Y-%m-%d %H:%M} UTC.")


def _secret(name: str, path: Path) -> Finding:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return Finding(name, State.BAD, f"{path} is missing.", LEDGER_UNUSABLE)
    if mode & 0o077:
        return Finding(name, State.WARNING, f"others can read {path}: run chmod 600 {path}.")
    return Finding(name, State.GOOD, "only its owner can read it.")


def _lock(folder: Path) -> Finding:
    process = holder(folder / LOCK)
    if process is None:
        return Finding("lock", State.GOOD, "no station runs on this ledger.")
    return Finding("lock", State.GOOD, f"a station runs on this ledger (process {process or 'unknown'}).")


def _disk(folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding("disk", State.WARNING, f"free space cannot be told ({error.strerror}).")
    if free < _LEAST_FREE:
        return Finding("disk", State.WARNING, f"only {free // 1_000_000} MB are free: make room.")
    return Finding("disk", State.GOOD, f"{free // 1_000_000} MB are free.")


def _sound() -> Finding:
    """Which player plays the station's sounds: each is tried with a moment of silence."""
    from terminal.sounds import players, tones
    from terminal.sounds.choice import Sound

    faults = []
    try:
        with tempfile.TemporaryDirectory(prefix="tallyman-doctor-", ignore_cleanup_errors=True) as folder:
            silence = tones.write(Sound.SILENCE, Path(folder))
            for player in players.found():
                fault = players.fault(player, silence)
                if not fault:
                    return Finding("sound", State.GOOD, f"{player.name} plays the station's sounds.")
                faults.append(f"{player.name} {fault}")
    except OSError as error:
        faults = [f"the sounds cannot be written ({error.strerror})"]
    told = ", ".join(faults) or f"there is none of {', '.join(players.candidates())}"
    says = f"{told}: refusals ring the terminal's bell, and good reads are silent."
    return Finding("sound", State.WARNING, says)
