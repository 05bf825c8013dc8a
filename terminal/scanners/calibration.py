"""What the calibration code, in one read or several, tells about a scanner: keyboards, marks, separator.

Every pair of known layouts, with Caps Lock and without, foretells what the code would look like; the read is
held against all of them. What no pair explains is said to be so, and nothing is guessed. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from enum import Enum, auto
from functools import cache

from terminal.scanners.calibration_code import GS
from terminal.scanners.keyboards import LAYOUTS, keyboard
from terminal.scanners.layout_repair import (
    ASCII,
    NEVER_IN_GS1,
    Layouts,
    Repair,
    Unrepairable,
    inversion,
    landing,
    repaired,
    traces,
)
from terminal.scanners.mangling import every_pair
from verification.records import record


class Separator(Enum):
    """What became of GS, the sign between GS1 elements."""

    KEPT = auto()
    REPLACED = auto()
    LOST = auto()


@record
class Findings:
    """What was found. With a `problem` nothing else holds."""

    problem: str | None = None
    """Why this read tells nothing, and what to do: a whole sentence."""
    layouts: Layouts = field(default_factory=Layouts)
    prefix: bytes = b""
    suffix: bytes = b""
    """One end mark, without its repetitions and without a line end behind another mark."""
    doubled: bool = False
    """Whether the end mark comes twice."""
    identified: bool = False
    """Whether an AIM identifier came first."""
    separator: Separator = Separator.KEPT
    substitute: str = ""
    """What comes in place of GS."""

    @property
    def repair(self) -> Repair:
        """What brings this scanner's reads back to what they were."""
        return Repair(self.layouts, self.substitute)

    @property
    def lost(self) -> str:
        """Printable ASCII characters that will not come through, however they are repaired."""
        if self.layouts.agree:
            return "".join(c for c in ASCII[1:] if c not in keyboard(self.layouts.scanner).by_character)
        return "".join(sorted(inversion(self.layouts).lost))


_UNTOUCHED = Layouts()
_MARK = "(?P<prefix>.{0,24}?)"
_END = "(?P<suffix>.{0,16})"
_ANYTHING = r"[^\x00-\x1a\x1c-\x20]{0,6}"
_LINE_ENDS = frozenset(b"\r\n")
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
_NEVER_IN_CODES = re.compile(r"(?:[\x00-\x1a\x1c-\x1f\x7f]|\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]))*")
"""Control characters and the sequences of keys: what may mark a read, for no code holds it."""
_HEADLESS = re.compile(r"[A-Za-z][0-9]", re.ASCII)


def findings(expected: Sequence[str], received: Sequence[bytes]) -> Findings:
    """What reads of codes that hold `expected` tell about their scanner.

    `received` has all bytes of each read, in any order.
    """
    texts = [each.decode("utf-8", "surrogateescape") for each in received]
    for layouts in _by_likelihood():
        if matches := _explained(expected, texts, layouts):
            return _understood(layouts, matches)
    if not any(text.strip() for text in texts):
        return Findings("No characters came, only keys: scan the calibration code and nothing else.")
    return Findings(
        "No known pair of keyboard layouts explains what came: set the scanner to the computer's keyboard "
        "layout, switch its ALT mode off, and calibrate again."
    )


def _explained(expected: Sequence[str], texts: list[str], layouts: Layouts) -> list[re.Match[str]]:
    """A read for each code, where these layouts foretell all of them; else nothing."""
    matches = []
    for code in expected:
        foretold = _foretold(code, layouts)
        match = next((match for text in texts if (match := foretold.fullmatch(text))), None)
        if match is None:
            return []
        matches.append(match)
    return matches


def _understood(layouts: Layouts, matches: list[re.Match[str]]) -> Findings:
    if len({(match["prefix"], match["suffix"]) for match in matches}) > 1:
        return Findings("The reads do not begin and end alike: calibrate again, and scan each code once.")
    match = next(match for match in matches if "gs" in match.re.groupindex)
    prefix, substitute, suffix = match["prefix"], match["gs"], _bytes(match["suffix"])
    identified, meant = False, "".join(_meant(character, layouts) for character in prefix)
    if _IDENTIFIER.fullmatch(meant[-3:]):
        identified, prefix = True, prefix[:-3]
    if not _NEVER_IN_CODES.fullmatch(prefix) or (not identified and _HEADLESS.fullmatch(meant[-2:])):
        return Findings(_no_prefix(layouts))
    if not suffix:
        return Findings("The scanner sends nothing after a code: set it to send CR (Enter) after each one.")
    if not _NEVER_IN_CODES.fullmatch(match["suffix"]):
        return Findings(
            "The scanner ends each code with characters that a code may hold: set it to send CR (Enter)."
        )
    mark, doubled = _one_mark(suffix, bool(prefix))
    separator = Separator.KEPT if substitute == GS else Separator.REPLACED if substitute else Separator.LOST
    if separator is Separator.REPLACED and not _tellable(substitute, suffix):
        separator, substitute = Separator.LOST, ""
    return Findings(
        layouts=layouts,
        prefix=_bytes(prefix),
        suffix=mark,
        doubled=doubled,
        identified=identified,
        separator=separator,
        substitute=substitute if separator is Separator.REPLACED else "",
    )


def _meant(character: str, layouts: Layouts) -> str:
    try:
        return repaired(character, layouts)
    except Unrepairable:
        return "\ufffd"


def _no_prefix(layouts: Layouts) -> str:
    if layouts.agree:
        return "The scanner sends characters before each code: set it to send none, or STX (02 hex)."
    return (
        f"What the scanner sends before each code, such as an AIM identifier, does not come through: set the "
        f"scanner's keyboard layout to {layouts.host}."
    )


def _tellable(substitute: str, suffix: bytes) -> bool:
    """Whether what comes in place of GS can be nothing else."""
    if len(substitute) > 16 or _bytes(substitute)[:1] in (suffix[:1], b""):
        return False
    return not substitute.isprintable() or (len(substitute) == 1 and substitute in NEVER_IN_GS1)


def _one_mark(suffix: bytes, prefixed: bool) -> tuple[bytes, bool]:
    """The end mark itself, and whether it came twice."""
    if set(suffix) <= _LINE_ENDS:
        return suffix[:1], suffix not in (b"\r", b"\n", b"\r\n")
    if len(set(suffix)) == 1:
        return suffix[:1], len(suffix) > 1
    if prefixed and suffix[-1] in _LINE_ENDS:
        return suffix.rstrip(b"\r\n"), False
    return suffix, False


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@cache
def _by_likelihood() -> tuple[Layouts, ...]:
    """All pairs: nothing wrong first, then what leaves least open, then scanners as they are sold."""

    def doubtful(layouts: Layouts) -> tuple[int, bool, bool]:
        return len(inversion(layouts).lost), layouts.scanner != "us", layouts.caps_lock

    alike = (Layouts(name, name) for name in LAYOUTS)
    return (_UNTOUCHED, *alike, *sorted(every_pair(), key=doubtful))


@cache
def _foretold(expected: str, layouts: Layouts) -> re.Pattern[str]:
    """The pattern of all that may arrive between these layouts when a code holds `expected`."""
    return re.compile(f"{_MARK}{''.join(_pieces(expected, layouts))}{_END}", re.DOTALL)


def _pieces(expected: str, layouts: Layouts) -> Iterator[str]:
    """What each character may have become. A dead key takes the blank behind it along."""
    missing = set(ASCII[1:]) - set(keyboard(layouts.scanner).by_character)
    dead = False
    for character in expected:
        landed = landing(character, layouts)
        if layouts.agree and character in missing:
            landed = None
        if character == " ":
            yield " {0,2}" if dead else " "
        elif character == GS:
            yield "(?P<gs>.{0,16}?)"
        elif landed is not None:
            yield re.escape(landed)
        else:
            sign = traces(character, layouts)
            yield re.escape(sign) if sign else _ANYTHING
        dead = landed is None
