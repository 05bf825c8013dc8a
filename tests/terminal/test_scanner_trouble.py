"""A scanner's trouble is said on the screen until it is over, and never in place of something newer."""

from __future__ import annotations

from terminal.scanners.source import LinkState, SourceState
from terminal.view import View

READY = SourceState("gun", LinkState.READY, "Connected at /dev/x.")
GONE = SourceState("gun", LinkState.DISCONNECTED, "It went away: plug it in again.")
OTHER = SourceState("zebra", LinkState.FAILED, "Another program holds it.")


def test_trouble_is_said_with_the_scanners_name_and_taken_back_once_it_is_over() -> None:
    gone = View("Dock 1").linked(READY).linked(GONE)
    assert gone.notice == "gun: It went away: plug it in again."
    assert gone.linked(READY).notice == ""


def test_one_scanners_return_does_not_hide_the_trouble_of_another() -> None:
    both = View("Dock 1").linked(OTHER).linked(READY)
    assert both.notice == "zebra: Another program holds it."
    assert [link.scanner_id for link in both.links] == ["zebra", "gun"]


def test_trouble_does_not_cover_what_was_said_before() -> None:
    before = View("Dock 1", notice="Nobody is on the list yet.")
    assert before.linked(GONE).notice == "Nobody is on the list yet."
