"""Undoing what a keyboard does to a read when scanner and computer believe in different layouts.

A scanner that types presses keys, and the computer says what they mean. If the scanner thinks of a US
keyboard and the computer is set to a German one, `Y` arrives as `Z`. Where both layouts are known, each
character that came goes back to the one key that gives it, and from there to what the scanner meant. A
character that two keys give, that no key gives, or that a dead key may have had a part in is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache

from terminal.scanners.keyboards import ALTGR, DEAD, LAYOUTS, PLAIN, SHIFT, SPACING, Stroke, keyboard
from verification.records import record

ADVICE = "run `tallyman scanners calibrate`, or set the scanner to the computer's keyboard layout"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
_PASSED_ON = frozenset(map(chr, (*range(0x21), 0x7F)))
"""A blank and the control characters are the same key everywhere."""


@record
class Layouts:
    """Two keyboards that should be one."""

    scanner: str = "us"
    """The layout that the scanner imitates."""
    host: str = "us"
    """The layout that the computer is set to."""
    caps_lock: bool = False
    """Whether Caps Lock is on at the computer."""

    @property
    def agree(self) -> bool:
        """Whether nothing is to be repaired."""
        return self.scanner == self.host and not self.caps_lock

    @property
    def known(self) -> bool:
        """Whether the keys of both are known here."""
        return self.scanner in LAYOUTS and self.host in LAYOUTS


@record
class Inversion:
    """The way back from what came to what was meant."""

    meant: Mapping[str, str]
    """The one character that each character stands for, without those that may stand for several."""
    lost: frozenset[str]
    """ASCII characters that cannot be told when the scanner types them."""


class Unrepairable(ValueError):
    """A character stands for none or several. The message is a clause without any scanned text."""


def landing(character: str, layouts: Layouts) -> str | None:
    """What the computer makes of one character from the scanner; None where that cannot be told."""
    if layouts.agree or character in _PASSED_ON:
        return character
    scanner, host = keyboard(layouts.scanner), keyboard(layouts.host)
    stroke = scanner.by_character.get(character)
    if stroke is None:
        return None
    typed, found = scanner.by_stroke[stroke], host.by_stroke.get(_with_caps(stroke, layouts))
    if typed in DEAD:  # typed with a blank after it
        return character if typed == found else None
    return None if found in DEAD else found


def traces(character: str, layouts: Layouts) -> str:
    """What may show of a character that `landing` cannot tell."""
    scanner, host = keyboard(layouts.scanner), keyboard(layouts.host)
    stroke = scanner.by_character.get(character)
    found = host.by_stroke.get(_with_caps(stroke, layouts)) if stroke else None
    return SPACING.get(found, found) if found else ""


def _with_caps(stroke: Stroke, layouts: Layouts) -> Stroke:
    if not layouts.caps_lock or stroke.level == ALTGR or not keyboard(layouts.host).is_letter(stroke.key):
        return stroke
    return Stroke(PLAIN if stroke.level == SHIFT else SHIFT, stroke.key)


@cache
def inversion(layouts: Layouts) -> Inversion:
    """The way back for two known layouts that do not agree."""
    origins: dict[str, list[str]] = {}
    for character in keyboard(layouts.scanner).by_character:
        landed = landing(character, layouts)
        for seen in (landed,) if landed is not None else traces(character, layouts):
            origins.setdefault(seen, []).append(character if landed is not None else "")
    meant = {seen: found[0] for seen, found in origins.items() if len(found) == 1 and found[0]}
    told = {*meant.values(), " "}
    return Inversion(meant, frozenset(ASCII) - told)


def repaired(text: str, layouts: Layouts) -> str:
    """What the scanner meant when `text` came. Raises `Unrepairable`."""
    if layouts.agree:
        return text
    meant = inversion(layouts).meant
    try:
        return "".join([c if c in _PASSED_ON else meant[c] for c in text])
    except KeyError:
        raise Unrepairable(
            f"it holds a character that its keyboard layouts leave in doubt: {ADVICE}"
        ) from None


NEVER_IN_GS1 = " #$@[\\]^`{|}~"
"""Printable ASCII that is not in GS1's character set 82 (GS1 General Specifications, figure 7.11-1)."""


def held_by_gs1(text: str) -> bool:
    """Whether GS1 element strings can hold all of a text."""
    return all(character in ASCII and character not in NEVER_IN_GS1 for character in text)


_CLAIMS_GS1 = re.compile(r"\](?:C1|e0|d2|Q3|J1)")
_GS = "\x1d"


@record
class Repair:
    """What one scanner's reads need before they are understood."""

    layouts: Layouts = field(default_factory=Layouts)
    separator: str = ""
    """What comes in place of GS between GS1 elements; empty where GS comes."""
    typed: bool = True
    """Whether the reads come through a keyboard, and so may be mangled without anybody having said so."""

    def undo(self, text: str) -> str:
        """What the scanner meant when `text` came. Raises `Unrepairable`.

        A separator that can be printed is one only behind an AIM identifier that claims GS1 data, which
        cannot hold it; anywhere else it is itself.
        """
        if self.separator and self.separator in text:
            parts = [repaired(part, self.layouts) for part in text.split(self.separator)]
            if not self.separator.isprintable() or _CLAIMS_GS1.match(parts[0]):
                return _GS.join(parts)
        return repaired(text, self.layouts)
