"""Trade item numbers: check digits, lengths, spellings, and what a damaged one may have been.

GS1 General Specifications 2.1 (GTIN formats), 7.9.1 (check digit) and 5.2.2.4 (UPC-E, zero suppression).
Numbers are strings of ASCII digits; everything is compared as GTIN-14, padded with zeros on the left.
"""

from __future__ import annotations

GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text: str) -> bool:
    """Whether the text is ASCII digits only; other scripts' digits are not digits of a GTIN."""
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> str:
    """The check digit that belongs after these digits: modulo 10, weights 3 and 1 from the right."""
    odd, even = payload[-1::-2], payload[-2::-2]
    total = 3 * sum(map(int, odd)) + sum(map(int, even))
    return str(-total % 10)


def is_proven(digits: str) -> bool:
    """Whether the last digit is the check digit of the others. All zeros prove nothing."""
    return digits[-1] == check_digit(digits[:-1]) and digits.strip("0") != ""


def gtin14(text: str) -> str | None:
    """The GTIN-14 of a GTIN-8, -12, -13 or -14 with a proven check digit; None for anything else."""
    if len(text) in GTIN_LENGTHS and is_digits(text) and is_proven(text):
        return text.zfill(14)
    return None


def spellings(gtin: str) -> tuple[str, ...]:
    """Every way in which a GTIN-14 may be written as a SKU: with its leading zeros and without."""
    shorter = (gtin[14 - length :] for length in (13, 12, 8) if gtin.startswith("0" * (14 - length)))
    return (gtin, *shorter)


def upc_e(digits: str) -> str | None:
    """The GTIN-14 of a zero-suppressed UPC-E: number system 0 or 1, six digits, check digit."""
    if len(digits) != 8 or not is_digits(digits) or digits[0] not in "01":
        return None
    system, six, check = digits[0], digits[1:7], digits[7]
    if six[5] in "012":
        middle = six[:2] + six[5] + "0000" + six[2:5]
    elif six[5] == "3":
        middle = six[:3] + "00000" + six[3:5]
    elif six[5] == "4":
        middle = six[:4] + "00000" + six[4]
    else:
        middle = six[:5] + "0000" + six[5]
    return gtin14(system + middle + check)


def near(digits: str) -> tuple[str, ...]:
    """The GTIN-14s that these digits would be, had a leading zero or the check digit not been lost.

    A leading zero goes missing where software takes a code for a number; the check digit, where a
    scanner is set not to send it. Either guess may be wrong, so it is only good for a question.
    """
    if gtin14(digits) or not is_digits(digits):
        return ()
    guesses = []
    if len(digits) in (7, 9, 10, 11) and is_proven(digits):
        guesses.append(digits.zfill(14))
    if len(digits) + 1 in GTIN_LENGTHS:
        guesses.append((digits + check_digit(digits)).zfill(14))
    if expanded := upc_e(digits):
        guesses.append(expanded)
    return tuple(guess for guess in dict.fromkeys(guesses) if guess.strip("0"))


def run_together(digits: str) -> bool:
    """Whether the digits are several GTINs in a row, as when the suffix between two reads was lost."""
    if len(digits) <= max(GTIN_LENGTHS) or not is_digits(digits):
        return False
    ends = {0}
    for end in range(min(GTIN_LENGTHS), len(digits) + 1):
        if any(end - n in ends and is_proven(digits[end - n : end]) for n in GTIN_LENGTHS):
            ends.add(end)
    return len(digits) in ends
