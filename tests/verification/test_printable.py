"""Text from outside is shown whole and does nothing."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.printable import printable

HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}
MARKS = {"Mn", "Me"}

NASTY = st.sampled_from(
    "\x1b\x07\r\n\x00\x85\x9b\u202e\u2066\u200b\u200d\ufeff\u2028\u2029\ud800\udfff\u0301\u20dd\u0344\ufb2ce[\\é箱📦"
)
TEXTS = st.lists(NASTY | st.characters(), max_size=60).map("".join)


def categories(text: str) -> list[str]:
    return [unicodedata.category(character) for character in text]


def assert_harmless(shown: str) -> None:
    """On one line, without a control or half a surrogate pair, and with no pile of marks."""
    assert not HARMFUL & set(categories(shown))
    assert len(shown.splitlines()) <= 1
    marks = [category in MARKS for category in categories(shown)]
    assert not any(first and second for first, second in zip([True, *marks], marks, strict=False))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("SKU-A 12/7 ~", "SKU-A 12/7 ~"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\x1b[2J\x1b[31mA", r"\x1b[2J\x1b[31mA"),
        ("\x9b2J", r"\x9b2J"),
        ("A\r\nB\tC\x00", r"A\r\nB\tC\x00"),
        ("A\n", r"A\n"),
        ("A\x7f", r"A\x7f"),
        ("0109501101530003\x1d10AB", r"0109501101530003\x1d10AB"),
        ("A\u202eB\u2066C\u200f", r"A\u202eB\u2066C\u200f"),
        ("A\u200bB\u200dC\u2060D\ufeff", r"A\u200bB\u200dC\u2060D\ufeff"),
        ("A\u00adB", r"A\xadB"),
        ("A\u2028B\u2029C\x85D", r"A\u2028B\u2029C\x85D"),
        ("A\ud800B", r"A\ud800B"),
        ("A\U000e0041", r"A\U000e0041"),
        ("A\ue000\uffff", r"A\ue000\uffff"),
        ("Größe L, 箱 📦", "Größe L, 箱 📦"),
        ("e\u0301", "é"),
        ("x\u0301", "x\u0301"),
        ("x\u0301\u0301\u20dd", "x\u0301\\u0301\\u20dd"),
        ("\u0301x", r"\u0301x"),
        ("SKU[/]", "SKU[/]"),
        ("[@click=app.quit]x", "[@click=app.quit]x"),
        ("[red]x[/red]", "[red]x[/red]"),
        (b"AB\xe9CD", r"AB\xe9CD"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),
        ("箱\x1b".encode(), r"箱\x1b"),
        (b"", ""),
    ],
)
def test_shows_what_the_text_holds(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize("around", ["{}", "A{}B", "é{}é"])
def test_no_harmful_character_of_unicode_comes_through(around):
    harmful = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) in HARMFUL]
    assert len(harmful) > 2000
    for character in harmful:
        shown = printable(around.format(character))
        assert not HARMFUL & set(categories(shown))
        assert character.encode("unicode_escape").decode("ascii") in shown


@given(TEXTS)
def test_any_text_becomes_harmless(text):
    assert_harmless(printable(text))


@given(st.binary(max_size=80))
def test_any_bytes_become_harmless(frame):
    assert_harmless(printable(frame))


@given(TEXTS)
def test_what_was_shown_can_be_shown_again(text):
    assert_harmless(printable(printable(text)))


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=200))
def test_plain_text_is_shown_as_it_is(text):
    assert printable(text) == text
    assert printable(text.encode("ascii")) == text


class TestTooLongAText:
    def test_ends_in_an_ellipsis_and_fits(self):
        assert printable("A" * 11, limit=10) == "A" * 9 + "…"
        assert printable("箱" * 11, limit=10) == "箱" * 9 + "…"
        assert printable(b"A" * 11, limit=10) == "A" * 9 + "…"

    def test_that_just_fits_is_whole(self):
        assert printable("A" * 10, limit=10) == "A" * 10

    def test_is_cut_at_200_characters_unless_told(self):
        assert printable("A" * 200) == "A" * 200
        assert printable("A" * 201) == "A" * 199 + "…"

    @given(TEXTS, st.integers(1, 12))
    def test_is_harmless_wherever_it_is_cut(self, text, limit):
        assert_harmless(printable(text, limit))
