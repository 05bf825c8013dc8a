"""Code 128 as ISO/IEC 15417 has it, for printable ASCII: code sets B and C, in the fewest symbol characters.

What it cannot hold is left to the QR code: FNC4, the standard's way beyond ASCII, is off in most scanners.
FNC1 is the sign between GS1 elements; behind the first two characters it is that alone, and comes as GS.
"""

from __future__ import annotations

_PATTERNS = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132
    122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212
    322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311
    112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321
    331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
    112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212
    124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113
    411311 113141 114131 311141 411131 211412 211214 211232
"""
"""Bars and spaces in turn, in modules, for each symbol character value; 103 to 105 are the starts."""
_WIDTHS = tuple(_PATTERNS.split())
_STOP = "2331112"
_TO_B, _TO_C, _FNC1 = 100, 99, 102
_START_B, _START_C = 104, 105
_LONGEST = 80
_GS = "\x1d"

QUIET = 10
"""Modules of white that a symbol needs at each end."""


def widths(text: str, *, fnc1: bool = False) -> tuple[int, ...] | None:
    """The symbol of `text` as modules, bars and spaces in turn, or None where Code 128 cannot hold it.

    With `fnc1`, GS behind the first two characters stands for FNC1.
    """
    held = text[:2] + text[2:].replace(_GS, "") if fnc1 else text
    if not 0 < len(text) <= _LONGEST or not all(" " <= character <= "~" for character in held):
        return None
    values = _values(text)
    check = sum(max(1, place) * value for place, value in enumerate(values)) % 103
    return tuple(int(width) for value in (*values, check) for width in _WIDTHS[value]) + tuple(
        map(int, _STOP)
    )


def _values(text: str) -> tuple[int, ...]:
    """Start and data characters, the fewest there are: worked out from the end, for either code set."""
    in_b: tuple[int, ...] = ()
    in_c: tuple[int, ...] = ()
    pair_behind = in_c  # the best from one character further on, in set C
    for place in range(len(text) - 1, -1, -1):
        if text[place] == _GS:
            pair_behind, in_b, in_c = in_c, (_FNC1, *in_b), (_FNC1, *in_c)
            continue
        letter = (ord(text[place]) - ord(" "), *in_b)
        pair = text[place : place + 2]
        by_pair = (int(pair), *pair_behind) if len(pair) == 2 and pair.isdigit() else None
        pair_behind = in_c
        in_b = letter if by_pair is None else min(letter, (_TO_C, *by_pair), key=len)
        by_switch = (_TO_B, *letter)
        in_c = by_switch if by_pair is None else min(by_pair, by_switch, key=len)
    return min((_START_B, *in_b), (_START_C, *in_c), key=len)
