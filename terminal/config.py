"""The station's configuration: `scanners.toml`, the environment, and what holds where they are silent.

Sought in this order: the file that the command line names, `scanners.toml` in the working folder, then
in the user's configuration folder. With none of them the built-in values hold, which are those of the
file shipped with the program. `TALLYMAN_API_URL` and `TALLYMAN_API_KEY` override what a file says.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.config_table import ConfigError, Table, secret_places
from terminal.orders_api_file import OrdersApi, read_orders_api
from terminal.scanners.settings import (
    DEFAULT_WEDGE,
    Feedback,
    ScannerKind,
    ScannerSettings,
    UsbMatch,
)
from terminal.scanners.settings_file import read_scanner
from verification.policy import Entrusted, Expired
from verification.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Config",
    "ConfigError",
    "Entrusted",
    "Expired",
    "Feedback",
    "OrdersApi",
    "Policy",
    "ScannerKind",
    "ScannerSettings",
    "Station",
    "UsbMatch",
    "WrongItem",
    "load",
]

FILE_NAME = "scanners.toml"
_TOO_DEEP = "it is nested too deep; nothing in it is deeper than scanner.framing.suffix"


class WrongItem(StrEnum):
    """What a read of goods that do not belong does."""

    ALARM = "alarm"
    """Holds the station until someone acknowledges it."""
    BEEP = "beep"
    """Is refused aloud, and scanning goes on."""


@record
class Station:
    """`[station]`: which station this is, in counts and on the screen."""

    id: str = "dock-1"
    name: str = "Dock 1"


@record
class Policy:
    """`[policy]`: the rules of this site."""

    sign_in: bool = True
    wrong_item: WrongItem = WrongItem.ALARM
    quantity_entry: Entrusted = Entrusted.NEVER
    blind_recheck_percent: int = 0
    teach: Entrusted = Entrusted.SUPERVISOR
    expired: Expired = Expired.ALARM
    mark_shipped: bool = False
    """Whether a supervisor may mark orders shipped here; elsewhere it is told by the API alone."""
    lock_after_minutes: int = 30
    """With nobody at the bench for so long, whoever is signed in is signed out; 0 for never."""


@record
class Config:
    """All that a station is told before it starts."""

    station: Station = field(default_factory=Station)
    orders_api: OrdersApi = field(default_factory=OrdersApi)
    policy: Policy = field(default_factory=Policy)
    scanners: tuple[ScannerSettings, ...] = (DEFAULT_WEDGE,)
    path: Path | None = None
    """The file that was read; None for the built-in values."""

    @property
    def wedge(self) -> ScannerSettings | None:
        """The scanner that types into the terminal; None where the file has none."""
        return next((s for s in self.scanners if s.kind is ScannerKind.WEDGE), None)

    def scanner(self, scanner_id: str) -> ScannerSettings | None:
        """The scanner of this id."""
        return next((s for s in self.scanners if s.id == scanner_id), None)


def load(config_path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the configuration that holds here. Raises `ConfigError`; nothing is half-configured."""
    path = config_path or _find_file()
    values: dict[str, object] = {} if path is None else _parse(path)
    root = Table(str(path or "built-in values"), "", values)
    api = read_orders_api(root.table("orders_api"), environ, path)
    config = Config(
        station=_read_station(root.table("station")),
        orders_api=api,
        policy=_read_policy(root.table("policy")),
        scanners=_read_scanners(root),
        path=path,
    )
    root.finish()
    return config


def _find_file() -> Path | None:
    if (here := Path(FILE_NAME)).exists():
        return here
    from platformdirs import user_config_path

    home = user_config_path("tallyman", appauthor=False) / FILE_NAME
    return home if home.exists() else None


def _parse(path: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise ConfigError(f"{path}: it cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: byte {error.start + 1} is not UTF-8 text; save the file as UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: it is not valid TOML: {error}.") from None
    except ValueError:  # digits beyond what Python takes for a number
        raise ConfigError(f"{path}: a number in it is too long to be read; write a shorter one.") from None
    except RecursionError:
        raise ConfigError(f"{path}: {_TOO_DEEP}.") from None
    try:
        secrets = secret_places(values)
    except RecursionError:
        raise ConfigError(f"{path}: {_TOO_DEEP}.") from None
    for place in secrets:
        raise ConfigError(
            f"{path}: {place} looks like an API key, which must not be in this file: "
            "set TALLYMAN_API_KEY instead and remove it here."
        )
    return values


def _read_station(table: Table) -> Station:
    station_id = table.text("id", "dock-1", longest=32)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", station_id):
        raise table.refusal("id", "letters, digits, - and _ are allowed, and no blanks or dots")
    default = "Dock 1" if station_id == "dock-1" else station_id
    station = Station(station_id, table.text("name", default))
    table.finish()
    return station


def _read_policy(table: Table) -> Policy:
    policy = Policy(
        sign_in=table.flag("sign_in", default=True),
        wrong_item=table.choice("wrong_item", WrongItem.ALARM),
        quantity_entry=table.choice("quantity_entry", Entrusted.NEVER),
        blind_recheck_percent=table.number("blind_recheck_percent", 0, 0, 100),
        teach=table.choice("teach", Entrusted.SUPERVISOR),
        expired=table.choice("expired", Expired.ALARM),
        mark_shipped=table.flag("mark_shipped", default=False),
        lock_after_minutes=table.number("lock_after_minutes", 30, 0, 1440),
    )
    table.finish()
    return policy


def _read_scanners(root: Table) -> tuple[ScannerSettings, ...]:
    if not root.has("scanner"):
        root.tables("scanner")
        return (DEFAULT_WEDGE,)
    scanners: list[ScannerSettings] = []
    for table in root.tables("scanner"):
        scanner = read_scanner(table)
        if any(scanner.id == other.id for other in scanners):
            raise table.refusal("id", "another scanner has that id already")
        if scanner.kind is ScannerKind.WEDGE and any(scanner.kind is s.kind for s in scanners):
            raise table.refusal("kind", "a terminal has one keyboard: only one scanner may be a wedge")
        scanners.append(scanner)
    return tuple(scanners)
