"""The station's sentences where it has no screen, and so no keys: there they advise command codes."""

from __future__ import annotations

from collections.abc import Mapping

from verification.codes import Command

_INSTEAD: Mapping[str, str] = {
    "Press F4 or scan ACK": f"Scan {Command.ACKNOWLEDGE.barcode}",
    "press F4 or scan ACK": f"scan {Command.ACKNOWLEDGE.barcode}",
    "press F6 or scan COUNT": f"scan {Command.COUNT.barcode}",
    "press F2 or scan its label again": f"scan {Command.DONE.barcode} or its label again",
    "Press F2, and put": f"Scan {Command.DONE.barcode}, and put",
    "take back with F3 what": f"take back with {Command.UNDO.barcode} what",
    "press Ctrl-T to take it over": "close this and take it over with `tallyman review take-over`",
    "press F7 to teach this one": "close this and teach it with `tallyman codes teach`",
    "Help is on the screen.": "Help is in `tallyman scan --help`.",
}
"""What is said with keys, and what without."""


def without_keys(sentence: str) -> str:
    """The sentence with a command code or a command in place of each key."""
    for with_keys, without in _INSTEAD.items():
        sentence = sentence.replace(with_keys, without)
    return sentence
