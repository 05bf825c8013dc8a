"""Keyboard layouts: which character stands on which key, for scanners that imitate a keyboard.

Keys go by their place (ISO/IEC 9995): 13 in the digit row, 12 under it, 12 in the row of A (the one left
of Enter last), and 11 in the row of Z, of which the first stands beside the left Shift key. What stands
with AltGr is listed for ASCII alone; a key that is dead on Windows or on X11 counts as dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from verification.records import record

_US_KEYS = r"`1234567890-=qwertyuiop[]asdfghjkl;'\<zxcvbnm,./"
"""Every key by what it types on a US keyboard; `<` is the one beside the left Shift key."""

GRAVE, ACUTE, CIRCUMFLEX, TILDE, DIAERESIS, RING, CARON = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c"
DEAD = frozenset((GRAVE, ACUTE, CIRCUMFLEX, TILDE, DIAERESIS, RING, CARON))
"""A dead key is written as the mark that it puts on the next character."""
SPACING: Mapping[str, str] = dict(
    zip((GRAVE, ACUTE, CIRCUMFLEX, TILDE, DIAERESIS), "`\u00b4^~\u00a8", strict=True)
) | {
    RING: "°",
    CARON: "ˇ",
}
"""What a dead key gives before a blank."""

PLAIN, SHIFT, ALTGR = 0, 1, 2
_UNSURE = "\ufffd"
"""Where Windows and X11 have different characters, neither of which may be counted on."""


@dataclass(frozen=True, slots=True, order=True)
class Stroke:
    """One key pressed alone, with Shift or with AltGr."""

    level: int
    key: int
    """Its number, from 0, row by row from the left."""


_TABLES: Mapping[str, tuple[str, str, str]] = {
    "us": (
        r"`1234567890-= qwertyuiop[] asdfghjkl;'\ <zxcvbnm,./",
        r'~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| >ZXCVBNM<>?',
        "",
    ),
    "uk": (
        r"`1234567890-= qwertyuiop[] asdfghjkl;'# \zxcvbnm,./",
        r'¬!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@~ |ZXCVBNM<>?',
        "",
    ),
    "de": (
        f"{CIRCUMFLEX}1234567890ß{ACUTE} qwertzuiopü+ asdfghjklöä# <yxcvbnm,.-",
        f"°!\"§$%&/()=?{GRAVE} QWERTZUIOPÜ* ASDFGHJKLÖÄ' >YXCVBNM;:_",
        r"7{ 8[ 9] 0} -\ q@ ]~ <|",
    ),
    "fr": (
        f"²&é\"'(-è_çà)= azertyuiop{CIRCUMFLEX}$ qsdfghjklmù* <wxcvbn,;:!",
        f"{_UNSURE}1234567890°+ AZERTYUIOP{DIAERESIS}£ QSDFGHJKLM%µ >WXCVBN?./§",
        f"2{TILDE} 3# 4{{ 5[ 6| 7{GRAVE} 8\\ 9^ 0@ -] =}}",
    ),
    "es": (
        f"º1234567890'¡ qwertyuiop{GRAVE}+ asdfghjklñ{ACUTE}ç <zxcvbnm,.-",
        f'ª!"·$%&/()=?¿ QWERTYUIOP{CIRCUMFLEX}* ASDFGHJKLÑ{DIAERESIS}Ç >ZXCVBNM;:_',
        rf"`\ 1| 2@ 3# 4{TILDE} [[ ]] '{{ \}}",
    ),
    "it": (
        r"\1234567890'ì qwertyuiopè+ asdfghjklòàù <zxcvbnm,.-",
        r'|!"£$%&/()=?^ QWERTYUIOPé* ASDFGHJKLç°§ >ZXCVBNM;:_',
        "[[ ]] ;@ '#",
    ),
    "pl": (
        r"`1234567890-= qwertyuiop[] asdfghjkl;'\ <zxcvbnm,./",
        r'~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| >ZXCVBNM<>?',
        "",
    ),
    "cz": (
        f";+ěščřžýáíé={ACUTE} qwertzuiopú) asdfghjklů§{DIAERESIS} \\yxcvbnm,.-",
        f"{RING}1234567890%{CARON} QWERTZUIOP/( ASDFGHJKL\"!' |YXCVBNM?:_",
        "f[ g] ;$ x# c& v@ b{ n} ,< .> /*",
    ),
    "tr": (
        '"1234567890*- qwertyu\u0131opğü asdfghjklşi, <zxcvbnmöç.',
        "é!'^+%&/()=?_ QWERTYUIOPĞÜ ASDFGHJKLŞİ; >ZXCVBNMÖÇ:",
        rf"3# 4$ 7{{ 8[ 9] 0}} -\ =| q@ ]{TILDE} \{GRAVE}",
    ),
    "se": (
        f"§1234567890+{ACUTE} qwertyuiopå{DIAERESIS} asdfghjklöä' <zxcvbnm,.-",
        f'½!"#¤%&/()=?{GRAVE} QWERTYUIOPÅ{CIRCUMFLEX} ASDFGHJKLÖÄ* >ZXCVBNM;:_',
        rf"2@ 4$ 7{{ 8[ 9] 0}} -\ ]{TILDE} <|",
    ),
    "no": (
        f"|1234567890+\\ qwertyuiopå{DIAERESIS} asdfghjkløæ' <zxcvbnm,.-",
        f'§!"#¤%&/()=?{GRAVE} QWERTYUIOPÅ{CIRCUMFLEX} ASDFGHJKLØÆ* >ZXCVBNM;:_',
        f"2@ 4$ 7{{ 8[ 9] 0}} ]{TILDE}",
    ),
    "dk": (
        f"½1234567890+{ACUTE} qwertyuiopå{DIAERESIS} asdfghjklæø' <zxcvbnm,.-",
        f'§!"#¤%&/()=?{GRAVE} QWERTYUIOPÅ{CIRCUMFLEX} ASDFGHJKLÆØ* >ZXCVBNM;:_',
        rf"2@ 4$ 7{{ 8[ 9] 0}} =| ]{TILDE} <\ ",
    ),
    "fi": (
        f"§1234567890+{ACUTE} qwertyuiopå{DIAERESIS} asdfghjklöä' <zxcvbnm,.-",
        f'½!"#¤%&/()=?{GRAVE} QWERTYUIOPÅ{CIRCUMFLEX} ASDFGHJKLÖÄ* >ZXCVBNM;:_',
        rf"2@ 4$ 7{{ 8[ 9] 0}} -\ ]{TILDE} <|",
    ),
}
LAYOUTS = tuple(_TABLES)
"""The layouts whose keys are known here."""


@record
class Keyboard:
    """One layout."""

    name: str
    by_stroke: Mapping[Stroke, str]
    """The character of each stroke, or the mark of a dead key."""
    by_character: Mapping[str, Stroke]
    """How each character is typed: with as few keys as possible, and with a dead key only where it must."""

    def is_letter(self, key: int) -> bool:
        """Whether Caps Lock works on this key: it holds a small letter and its capital."""
        small = self.by_stroke.get(Stroke(PLAIN, key), "")
        capital = self.by_stroke.get(Stroke(SHIFT, key), "")
        return capital != small and capital in (small.upper(), _TURKISH.get(small))


_TURKISH: Mapping[str, str] = {"i": "İ"}


@cache
def keyboard(name: str) -> Keyboard:
    """The layout of this name, one of `LAYOUTS`."""
    plain, shift, altgr = _TABLES[name]
    rows = (plain.replace(" ", ""), shift.replace(" ", ""))
    by_stroke = {
        Stroke(level, key): character
        for level, row in zip((PLAIN, SHIFT), rows, strict=True)
        for key, character in enumerate(row)
        if character != _UNSURE
    }
    by_stroke |= {Stroke(ALTGR, _US_KEYS.index(pair[0])): pair[1] for pair in altgr.split()}
    by_character: dict[str, Stroke] = {}
    for stroke, character in sorted(by_stroke.items(), key=lambda each: (each[1] in DEAD, _effort(each[0]))):
        by_character.setdefault(SPACING.get(character, character), stroke)
    return Keyboard(name, by_stroke, by_character)


def _effort(stroke: Stroke) -> tuple[int, bool, int]:
    """The key beside the left Shift key is missing on US keyboards, so it comes last."""
    return stroke.level, stroke.key == _US_KEYS.index("<"), stroke.key
