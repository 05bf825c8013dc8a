"""One table of a TOML file, read key by key, so that every mistake is a sentence with its place.

A sentence names the file, the key, the value and what is allowed. Positions in lists count from 1, as
people do: `scanner[2].framing.idle_ms` is in the second `[[scanner]]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    Choice = TypeVar("Choice", bound=StrEnum)


class ConfigError(Exception):
    """The configuration cannot be used. `str(error)` is one sentence for the person who wrote it."""


_SECRET_KEYS = frozenset({"api_key", "apikey", "key", "token", "password", "secret"})
_SECRET_MARKS = ("sk_live_", "sk_test_")
_LONGEST_SHOWN = 60
_TOO_LONG = 10**_LONGEST_SHOWN


class Table:
    """The keys of one table. Every key that is read is known; `finish` refuses the others."""

    def __init__(self, file: str, path: str, values: dict[str, object]) -> None:
        self._file = file
        self._path = path
        self._values = values
        self._known: list[str] = []
        self._foreign: dict[str, str] = {}

    def has(self, key: str) -> bool:
        """Whether the file gives this key."""
        return key in self._values

    def text(self, key: str, default: str, *, longest: int = 64) -> str:
        """A string of 1 to `longest` printable characters."""
        value = self._take(key, default)
        if isinstance(value, str) and 0 < len(value) <= longest and value.isprintable():
            return value
        raise self.refusal(key, f"1 to {longest} printable characters in quotes are allowed")

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings, none of them empty; the list may be."""
        value = self._take(key, list(default))
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return tuple(value)
        raise self.refusal(key, f"a list of names such as {list(default)} is allowed".replace("'", '"'))

    def named_texts(self, key: str) -> dict[str, str]:
        """A table whose values are strings, none of them empty; an empty one where the file has none."""
        value = self._take(key, {})
        if isinstance(value, dict) and all(isinstance(each, str) and each for each in value.values()):
            return {name: str(each) for name, each in value.items()}
        raise self.refusal(key, 'a table such as { case_gtin = "case_units" } is allowed')

    def flag(self, key: str, default: bool) -> bool:
        """`true` or `false`."""
        value = self._take(key, default)
        if isinstance(value, bool):
            return value
        raise self.refusal(key, "true or false is allowed")

    def number(self, key: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within the bounds, both included."""
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise self.refusal(key, f"a whole number from {lowest} to {highest} is allowed")

    def choice(self, key: str, default: Choice, *, among: Iterable[Choice] = ()) -> Choice:
        """One of the values of an enumeration, or of those `among` them."""
        value = self._take(key, default)
        allowed = tuple(among) or tuple(type(default))
        for member in allowed:
            if value == member.value:
                return member
        names = words(f'"{member.value}"' for member in allowed)
        raise self.refusal(key, f"{names} is allowed")

    def marker(self, key: str, default: str) -> bytes:
        """A string as it travels on the line: up to 16 characters, which may be control characters.

        One byte per character up to U+00FF (ISO 8859-1), else UTF-8.
        """
        return self._encode(key, self._take(key, default))

    def markers(self, key: str, default: list[str]) -> tuple[bytes, ...]:
        """A list of at least one marker, none of them empty."""
        value = self._take(key, default)
        if isinstance(value, list) and value and all(value):
            return tuple(self._encode(key, each) for each in value)
        raise self.refusal(key, 'a list of strings such as ["\\r", "\\n"] is allowed')

    def table(self, key: str) -> Table:
        """The table under this key; an empty one where the file has none."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.refusal(key, "a table is allowed")
        return Table(self._file, self._name(key), value)

    def tables(self, key: str) -> list[Table]:
        """The `[[key]]` tables, in the file's order."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.refusal(key, f"[[{key}]] tables are allowed")
        name = self._name(key)
        return [Table(self._file, f"{name}[{i}]", each) for i, each in enumerate(value, 1)]

    def only_for(self, reason: str, *keys: str) -> None:
        """Say why these keys, known elsewhere, have no meaning in this table."""
        self._foreign |= dict.fromkeys(keys, reason)

    def finish(self) -> None:
        """Refuse every key that nobody read, and suggest the nearest that somebody did."""
        for key in self._values:
            if key in self._known:
                continue
            place = f"{self._name(_shown_key(key))}"
            if key in self._foreign:
                raise self.error(f"{place} has no meaning here: {self._foreign[key]}")
            if key.lower() in _SECRET_KEYS:
                raise self.error(
                    f"{place} must not be in this file, which others can read: "
                    "set TALLYMAN_API_KEY instead and remove it here"
                )
            raise self.error(f"{place} is not a known key; {self._suggestion(key)}")

    def refusal(self, key: str, allowed: str) -> ConfigError:
        """The sentence that this key's value is not what is allowed."""
        return self.error(f"{self._name(key)} is {shown(self._values.get(key))}, but {allowed}")

    def error(self, clause: str) -> ConfigError:
        """A sentence about this file."""
        return ConfigError(f"{self._file}: {clause}.")

    def place(self, key: str) -> str:
        """The key with the tables that it is in."""
        return self._name(key)

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        return self._values.get(key, default)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _encode(self, key: str, value: object) -> bytes:
        if not isinstance(value, str) or len(value) > 16:
            raise self.refusal(key, "strings of up to 16 characters are allowed")
        return value.encode("latin-1" if all(c <= "\xff" for c in value) else "utf-8")

    def _suggestion(self, key: str) -> str:
        from difflib import get_close_matches

        if near := get_close_matches(key, self._known, n=1):
            return f"the nearest one is {near[0]}"
        return f"known here: {', '.join(self._known)}"


def shown(value: object) -> str:
    """A value as the file's writer would recognise it, in one harmless line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return ("a" if value else "an empty") + (" table" if isinstance(value, dict) else " list")
    if not isinstance(value, str):
        if isinstance(value, int) and abs(value) >= _TOO_LONG:
            return "a number of very many digits"
        return "missing" if value is None else str(value)[:_LONGEST_SHOWN]
    if any(mark in value for mark in _SECRET_MARKS):
        return "a secret (not shown)"
    cut = value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
    return f'"{"".join(_shown_character(c) for c in cut)}"'


def secret_places(values: object, path: str = "") -> list[str]:
    """The keys whose values look like an API key, wherever they are."""
    if isinstance(values, dict):
        return [
            place
            for key, value in values.items()
            for place in secret_places(value, f"{path}.{key}" if path else _shown_key(key))
        ]
    if isinstance(values, list):
        return [p for i, each in enumerate(values, 1) for p in secret_places(each, f"{path}[{i}]")]
    found = isinstance(values, str) and any(mark in values for mark in _SECRET_MARKS)
    return [path] if found else []


def words(values: Iterable[str]) -> str:
    """Several words as people list them."""
    *first, last = values
    return f"{', '.join(first)} or {last}" if first else last


def _shown_key(key: str) -> str:
    return "".join(_shown_character(c) for c in key[:_LONGEST_SHOWN])


def _shown_character(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
