"""How a page asks for a supervisor: name, then PIN, never shown, never given by Enter alone."""

from __future__ import annotations

from terminal.approving import Approving, Step


def typed(asking: Approving, text: str) -> Approving:
    for character in text:
        asking = asking.with_character(character)
    return asking


def test_name_and_pin_are_asked_one_after_the_other_and_the_pin_is_not_shown() -> None:
    asking = typed(Approving(), " Sue ")
    assert asking.sentence == "A supervisor approves. Name, then Enter:  Sue ▏"
    asking, pin = asking.entered()
    assert (asking.name, pin) == ("Sue", "")
    asking = typed(asking, "271829").without_last().with_character("8")
    assert asking.sentence == "PIN of Sue, then Enter: ••••••▏"
    asking, pin = asking.entered()
    assert (asking.step, pin, asking.sentence) == (Step.WAIT, "271828", "One moment …")
    assert "271828" not in repr(asking)


def test_enter_alone_answers_nothing_and_nothing_is_typed_while_it_waits() -> None:
    assert Approving().entered() == (Approving(), "")
    assert typed(Approving(), "   ").entered()[1] == ""
    named, _ = typed(Approving(), "Sue").entered()
    assert named.entered() == (named, "")
    waiting, _ = typed(named, "1").entered()
    assert waiting.with_character("2") == waiting
    assert waiting.entered() == (waiting, "")


def test_a_refusal_is_shown_until_the_next_key_and_asks_for_the_name_again() -> None:
    named, _ = typed(Approving(), "Sue").entered()
    asking = typed(named, "000000").entered()[0].refused("Name or PIN is wrong: try again.")
    assert asking.sentence == "Name or PIN is wrong: try again."
    assert typed(asking, "S").sentence == "A supervisor approves. Name, then Enter: S▏"


def test_what_is_typed_is_shown_harmless_and_has_an_end() -> None:
    assert "\x1b" not in typed(Approving(), "\x1b[2J").sentence
    assert len(typed(Approving(), "a" * 500).typed) == 60
