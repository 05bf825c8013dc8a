"""GTINs of 8, 12, 13 and 14 digits are compared as one, and only with a right check digit."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verification.gtin import check_digit, gtin14, spellings

DIGITS = "0123456789"
PAYLOADS = (
    st.sampled_from([7, 11, 12, 13])
    .flatmap(lambda length: st.text(st.sampled_from(DIGITS), min_size=length, max_size=length))
    .filter(lambda payload: payload.strip("0") != "")
)


@pytest.mark.parametrize(
    ("text", "gtin"),
    [
        ("4006381333931", "04006381333931"),
        ("5901234123457", "05901234123457"),
        ("036000291452", "00036000291452"),
        ("09501101530003", "09501101530003"),
        ("96385074", "00000096385074"),
    ],
)
def test_every_length_becomes_14_digits(text, gtin):
    assert gtin14(text) == gtin


@pytest.mark.parametrize(
    "text",
    [
        "4006381333932",
        "36000291452",
        "40063813339314006381333931",
        "106141412345678908",
        "963850740",
        "",
        "SKU-A",
        "400638133393\u0661",
        "4006381333931\n",
        " 4006381333931",
        "\uff14006381333931",
        "-963850743",
        "0000000000000",
    ],
)
def test_what_is_no_gtin_is_none(text):
    assert gtin14(text) is None


@given(PAYLOADS)
def test_a_check_digit_makes_a_gtin_and_no_other_digit_does(payload):
    right = [digit for digit in DIGITS if gtin14(payload + digit)]
    assert right == [check_digit(payload)]


@given(PAYLOADS, st.data())
def test_one_misread_digit_is_noticed(payload, data):
    text = payload + check_digit(payload)
    place = data.draw(st.integers(0, len(text) - 1))
    digit = data.draw(st.sampled_from(DIGITS))
    assume(digit != text[place])
    assert gtin14(text[:place] + digit + text[place + 1 :]) is None


@given(PAYLOADS)
def test_every_spelling_is_the_same_trade_item(payload):
    gtin = gtin14(payload + check_digit(payload))
    assert gtin is not None
    assert {gtin14(spelling) for spelling in spellings(gtin)} == {gtin}
    assert payload + check_digit(payload) in spellings(gtin)


@pytest.mark.parametrize(
    ("gtin", "lengths"),
    [
        ("19501101530000", [14]),
        ("04006381333931", [14, 13]),
        ("00036000291452", [14, 13, 12]),
        ("00000096385074", [14, 13, 12, 8]),
    ],
)
def test_a_spelling_leaves_out_zeros_only(gtin, lengths):
    assert [len(spelling) for spelling in spellings(gtin)] == lengths
