"""`[orders_api]` of the station's file: where orders come from, and what is particular to that API.

`TALLYMAN_API_URL` and `TALLYMAN_API_KEY` override what the file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from sync.address import wrong_address
from sync.readings import CODE_FIELDS, Identifier
from terminal.config_table import ConfigError, Table, shown
from verification.records import record


@record
class OrdersApi:
    """Where orders come from. Without an address the station works by itself."""

    url: str | None = None
    """Base address without a slash at its end."""
    key: str | None = field(default=None, repr=False)
    """From TALLYMAN_API_KEY only; never in the file, never printed."""
    ca_file: Path | None = None
    """The site's own certificate authority, trusted besides the public ones."""
    identifier: Identifier = Identifier.ORDER_NUMBER
    """By what the API knows an order in a path."""
    code_fields: tuple[str, ...] = CODE_FIELDS
    """Custom fields of a product that hold codes of one unit."""
    case_fields: Mapping[str, str] = field(default_factory=dict)
    """Custom fields that hold codes of a case, each with the field that holds its units."""


def read_orders_api(table: Table, environ: Mapping[str, str], file: Path | None) -> OrdersApi:
    """What the table and the environment say; paths are meant from the folder of `file`."""
    url = table.text("url", "", longest=2048) if table.has("url") else None
    if url and (wrong := wrong_address(url)):
        raise table.error(f"{table.place('url')} is {_shown(url)}, but {wrong}")
    codes = table.texts("code_fields", CODE_FIELDS)
    cases = table.named_texts("case_fields")
    if twice := set(codes) & set(cases):
        raise table.error(
            f"{table.place('case_fields')} names {shown(min(twice))}, but code_fields does too, and a code"
            " is of one unit or of a case"
        )
    authority = _authority(table, file)
    identifier = table.choice("identifier", Identifier.ORDER_NUMBER)
    table.finish()
    if override := environ.get("TALLYMAN_API_URL", "").strip():
        if wrong := wrong_address(override):
            raise ConfigError(f"TALLYMAN_API_URL is {_shown(override)}, but {wrong}.")
        url = override
    return OrdersApi(url.rstrip("/") if url else None, _key(environ), authority, identifier, codes, cases)


def _key(environ: Mapping[str, str]) -> str | None:
    key = environ.get("TALLYMAN_API_KEY", "").strip() or None
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigError(
            "TALLYMAN_API_KEY holds blanks, control or non-ASCII characters, but a key has none."
        )
    return key


def _authority(table: Table, file: Path | None) -> Path | None:
    """The file of the site's authority, which can be used: a station that finds out later trusts nobody."""
    if not table.has("ca_file"):
        return None
    from sync.authority import good_until
    from sync.errors import Unsafe

    said = table.text("ca_file", "", longest=4096)
    authority = (file.parent if file else Path()) / Path(said).expanduser()
    try:
        good_until(authority)
    except Unsafe as error:
        raise table.error(f"{table.place('ca_file')} is {shown(said)}, but {error}") from None
    return authority


def _shown(url: str) -> str:
    """An address as it may be printed: one that can hold a password or a key is not."""
    return "an address that is not shown" if any(mark in url for mark in "@?#") else shown(url)
