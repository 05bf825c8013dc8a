"""The tables of the keyboards: complete, and as the system's own library has them where there is one."""

from __future__ import annotations

import ctypes
import ctypes.util

import pytest

from terminal.scanners.keyboards import (
    ACUTE,
    ALTGR,
    CARON,
    CIRCUMFLEX,
    DEAD,
    DIAERESIS,
    GRAVE,
    LAYOUTS,
    PLAIN,
    RING,
    SHIFT,
    TILDE,
    Stroke,
    keyboard,
)

KEYS = 48
DEAD_NAMES = {
    "dead_grave": GRAVE, "dead_acute": ACUTE, "dead_circumflex": CIRCUMFLEX, "dead_tilde": TILDE,
    "dead_diaeresis": DIAERESIS, "dead_abovering": RING, "dead_caron": CARON,
}  # fmt: skip
X11_KEYS = [
    "TLDE", *(f"AE{n:02}" for n in range(1, 13)), *(f"AD{n:02}" for n in range(1, 13)),
    *(f"AC{n:02}" for n in range(1, 12)), "BKSL", "LSGT", *(f"AB{n:02}" for n in range(1, 11)),
]  # fmt: skip
DEAD_ON_WINDOWS = {("fr", GRAVE), ("fr", TILDE), ("es", TILDE), ("tr", GRAVE), ("tr", TILDE)}
"""With AltGr, where X11 has the sign itself."""


def test_every_layout_of_the_list_is_there() -> None:
    assert set(LAYOUTS) == {
        "us", "uk", "de", "fr", "es", "it", "pl", "cz", "tr", "se", "no", "dk", "fi",
    }  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_letters_digits_and_the_signs_of_codes_can_be_typed(name: str) -> None:
    board = keyboard(name)
    for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_":
        assert board.by_stroke[board.by_character[character]] == character
    assert len([s for s in board.by_stroke if s.level == PLAIN]) == KEYS
    letters = [key for key in range(KEYS) if board.is_letter(key)]
    assert len(letters) >= 26


def test_caps_lock_works_on_letters_alone() -> None:
    de, tr = keyboard("de"), keyboard("tr")
    assert de.is_letter(de.by_character["ö"].key)
    assert not de.is_letter(de.by_character["ß"].key)
    assert not keyboard("fr").is_letter(keyboard("fr").by_character["é"].key)
    assert tr.is_letter(tr.by_character["i"].key)
    assert tr.is_letter(tr.by_character["\u0131"].key)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_tables_are_those_of_libxkbcommon(name: str) -> None:
    theirs = x11_layout({"uk": "gb"}.get(name, name))
    for stroke, character in keyboard(name).by_stroke.items():
        known = theirs.get(stroke)
        if (name, character) in DEAD_ON_WINDOWS:
            assert stroke.level == ALTGR
            assert known not in DEAD
        else:
            assert known == character, stroke


def x11_layout(name: str) -> dict[Stroke, str]:
    """What libxkbcommon makes of each stroke with X11's own files; the test is skipped without them."""
    library = ctypes.util.find_library("xkbcommon")
    if library is None:
        pytest.skip("libxkbcommon is not installed")
    xkb = ctypes.CDLL(library)
    for function in (xkb.xkb_context_new, xkb.xkb_keymap_new_from_names):
        function.restype = ctypes.c_void_p
    context = xkb.xkb_context_new(0)
    names = (ctypes.c_char_p * 5)(b"evdev", b"pc105", name.encode(), b"", b"")
    keymap = ctypes.c_void_p(xkb.xkb_keymap_new_from_names(ctypes.c_void_p(context), names, 0))
    if not keymap:
        pytest.skip("the keyboard files of X11 are not installed")
    found = {}
    for level in (PLAIN, SHIFT, ALTGR):
        for key, x11_key in enumerate(X11_KEYS):
            symbols = ctypes.POINTER(ctypes.c_uint32)()
            code = xkb.xkb_keymap_key_by_name(keymap, x11_key.encode())
            if xkb.xkb_keymap_key_get_syms_by_level(keymap, code, 0, level, ctypes.byref(symbols)):
                text = ctypes.create_string_buffer(64)
                xkb.xkb_keysym_get_name(symbols[0], text, 64)
                point = xkb.xkb_keysym_to_utf32(symbols[0])
                found[Stroke(level, key)] = DEAD_NAMES.get(text.value.decode(), chr(point) if point else "")
    return found
