"""What a keyboard mangled is undone exactly, or refused; and what looks mangled is never taken as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.decoding import decode
from terminal.scanners.keyboards import keyboard
from terminal.scanners.layout_repair import ASCII, Layouts, Repair, Unrepairable, inversion
from tests.terminal.scanners.typing_scanner import ALL_PAIRS, TypingScanner

GTIN = "4006381333931"
LABEL = f"010{GTIN}10AB\x1d21S1"
LINK = "https://id.gs1.org/01/09501101530003/10/AB"
UNSET = Repair()


def arrives(layouts: Layouts, text: str) -> bytes:
    return TypingScanner(layouts, suffix="").reads(text)


@pytest.mark.parametrize(
    ("layouts", "came", "meant"),
    [
        (Layouts("us", "de"), "+E04006381333931", "]E04006381333931"),
        (Layouts("us", "de"), "ZELLOW-ßYß", "YELLOW/-Z-"),
        (Layouts("us", "fr"), "àà-\"_&\"\"\"ç\"&", "006381333931"),
        (Layouts("us", "fr"), "SKU)Q", "SKU-A"),
        (Layouts("us", "tr"), "SKU*A", "SKU-A"),
        (Layouts("us", "cz"), "čééžšá+šššíš+", GTIN),
        (Layouts("fr", "us"), "TQLLY:QN.", "TALLYMAN:"),
        (Layouts("us", "us", caps_lock=True), "sku-a", "SKU-A"),
        (Layouts("us", "de", caps_lock=True), "zy", "YZ"),
        (Layouts("de", "de", caps_lock=True), "ö", "Ö"),
    ],
)  # fmt: skip
def test_a_mangled_read_goes_back_to_what_was_meant(layouts: Layouts, came: str, meant: str) -> None:
    code = decode(came.encode(), aim_id=AimPolicy.OFF, repair=Repair(layouts))
    assert (code.text, code.problem) == (meant, None)


@given(st.sampled_from(ALL_PAIRS), st.booleans(), st.data())
def test_any_code_of_characters_that_can_be_told_comes_back_exactly(
    layouts: Layouts, drops: bool, data: st.DataObject
) -> None:
    untyped = frozenset(ASCII[1:]) - set(keyboard(layouts.scanner).by_character)
    lost = untyped if layouts.agree else inversion(layouts).lost
    code = data.draw(st.text("".join(c for c in ASCII if c not in lost)))
    came = TypingScanner(layouts, suffix="", drops=drops).reads(code).decode()
    assert Repair(layouts).undo(came) == code


@given(st.sampled_from([each for each in ALL_PAIRS if not each.agree]), st.text(ASCII, min_size=1))
def test_a_lost_character_beside_a_blank_is_refused_or_leaves_no_other(layouts: Layouts, code: str) -> None:
    came = TypingScanner(layouts, suffix="").reads("".join(f"{c} " for c in code)).decode()
    try:
        undone = Repair(layouts).undo(came)
    except Unrepairable:
        return
    told = "".join(c for c in code if c not in inversion(layouts).lost)
    assert undone.replace(" ", "") == told.replace(" ", "")


def test_what_a_dead_key_had_a_part_in_is_refused_with_the_advice() -> None:
    for came in ("Ë04006381333931", "A^B", "¨"):
        code = decode(came.encode(), repair=Repair(Layouts("us", "se" if came[0] != "A" else "fr")))
        assert code.problem is not None
        assert "tallyman scanners calibrate" in code.problem


@pytest.mark.parametrize("layouts", [each for each in ALL_PAIRS if not each.agree])
@pytest.mark.parametrize("text", ["TALLYMAN:UNDO", GTIN, f"]E0{GTIN}", f"]C1{LABEL}", LINK])
def test_without_calibration_a_sure_shape_that_arrives_mangled_is_refused(
    layouts: Layouts, text: str
) -> None:
    if layouts.caps_lock and layouts.scanner == layouts.host and text in ("TALLYMAN:UNDO", LINK):
        return  # a command may be written small, and a link great
    if not set(text) <= set(ASCII) - inversion(layouts).lost | {"\x1d"}:
        return
    came = arrives(layouts, text)
    code = decode(came, repair=UNSET)
    if came != text.encode() and decode(came).text.upper() not in (text.upper(), decode(text.encode()).text):
        assert code.problem is not None
        assert "keyboard layout" in code.problem


@pytest.mark.parametrize(
    "text",
    [
        GTIN, f"]E0{GTIN}", f"]C1{LABEL}", LINK, "TALLYMAN:UNDO", "tallyman:undo", "SKU-A", "A+B",
        "+A123BJC5D6E71G", "ß-Ö/7", "$%&", "-------------", "https-but-no-link-at-all",
        "ORD-2026-0001", "~~~~~~~~", "ÄÖÜ",
    ],
)  # fmt: skip
def test_what_is_whole_is_never_called_mangled(text: str) -> None:
    assert decode(text.encode(), repair=UNSET) == decode(text.encode())


def test_a_link_that_caps_lock_turned_over_is_refused_and_one_in_capitals_is_not() -> None:
    turned = decode(b"HTTPS://ID.GS1.ORG/01/09501101530003/21/s50", repair=UNSET)
    assert turned.problem is not None
    assert "keyboard layout" in turned.problem
    assert decode(b"HTTPS://ID.GS1.ORG/01/09501101530003/21/S50", repair=UNSET).serial == "S50"


def test_a_scanner_that_does_not_type_is_not_suspected() -> None:
    mangled = arrives(Layouts("us", "fr"), GTIN)
    assert decode(mangled, repair=Repair(typed=False)).problem is None


@pytest.mark.parametrize(
    ("separator", "came", "text"),
    [
        ("|", f"]C1010{GTIN}10AB|21S1", f"010{GTIN}10AB\x1d21S1"),
        ("|", "A|B", "A|B"),
        ("|", "]C0A|B", "A|B"),
        ("\x1b[19~", f"]C1010{GTIN}10AB\x1b[19~21S1", f"010{GTIN}10AB\x1d21S1"),
    ],
)
def test_what_comes_in_place_of_gs_is_gs_where_nothing_else_can_be_meant(
    separator: str, came: str, text: str
) -> None:
    assert decode(came.encode(), repair=Repair(separator=separator)).text == text
