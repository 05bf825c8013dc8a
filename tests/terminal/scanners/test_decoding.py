"""What a frame says once it is understood, and what it may not be taken for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.decoding import decode
from verification.codes import Code
from verification.gtin import check_digit, gtin14, is_proven, near, run_together, upc_e


def understood(data: bytes) -> dict[str, object]:
    """The fields that are set, without the text and the symbology."""
    code = decode(data)
    fields = ("gtin", "sscc", "lot", "serial", "expiry", "count", "near", "problem")
    return {name: value for name in fields if (value := getattr(code, name))}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"4006381333931", {"gtin": "04006381333931"}),
        (b"036000291452", {"gtin": "00036000291452"}),
        (b"96385074", {"gtin": "00000096385074"}),
        (b"14006381333938", {"gtin": "14006381333938"}),
        (b"]I114006381333938", {"gtin": "14006381333938"}),
        (b"]E00036000291452", {"gtin": "00036000291452"}),
        (b"]E0036000291452", {"gtin": "00036000291452"}),
        (b"]E496385074", {"gtin": "00000096385074"}),
        (b"]E001234565", {"gtin": "00012345000065"}),
        (b"]E3977123456700312", {"gtin": "09771234567003"}),
        (b"]C04006381333931", {"gtin": "04006381333931"}),
        (b"  4006381333931 ", {"gtin": "04006381333931"}),
        (b"SKU-A", {}),
        (b"101234", {}),
        (b"]C0101234", {}),
        (b"]A0BIN-7", {}),
        (b"00000000", {}),
        ("٤٠٠٦٣٨١٣٣٣٩٣١".encode(), {}),
        (b"0109501101530003", {}),
        (b"https://shop.example/01/news", {}),
        (b"https://shop.example/p?id=4006381333931", {}),
    ],
)
def test_trade_item_numbers_need_a_proven_check_digit(data: bytes, expected: object) -> None:
    assert understood(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"]C100106141412345678908", {"sscc": "106141412345678908"}),
        (b"]C10109501101530003\x1d10AB", {"gtin": "09501101530003", "lot": "AB"}),
        (b"]C101095011015300033103000500", {"gtin": "09501101530003"}),
        (b"\x1d101234", {"lot": "1234"}),
        (b"]Q310A\x1d21S/1\x1d1726120037", {"problem": "AI 37 does not fit its format N2+N..8"}),
        (
            b"]d2010950110153000317261231\x1d10AB\x1d21S1\x1d",
            {"gtin": "09501101530003", "lot": "AB", "serial": "S1", "expiry": "2026-12-31"},
        ),
        (
            b"]e00195012345678903152702003012",
            {"gtin": "95012345678903", "expiry": "2027-02-28", "count": 12},
        ),
        (
            b"]C1001061414123456789080209501101530003372",
            {"sscc": "106141412345678908", "gtin": "09501101530003", "count": 2},
        ),
        (b"]J1152702001726123110X", {"expiry": "2026-12-31", "lot": "X"}),
        (
            b"]Q1https://id.gs1.org/01/09501101530003/10/AB",
            {"gtin": "09501101530003", "lot": "AB"},
        ),
        (
            b"https://brand.example/shoes/01/9501101530003/10/A/21/7?17=261231&x=1",
            {"gtin": "09501101530003", "lot": "A", "serial": "7", "expiry": "2026-12-31"},
        ),
        (b"https://id.gs1.org/00/106141412345678908", {"sscc": "106141412345678908"}),
        (b"https://id.gs1.org/01/036000291452", {"gtin": "00036000291452"}),
        # Fields of fixed length hold no neighbour, whatever the season makes their dates look like.
        (b"]d2010950110153000370032611251200", {"gtin": "09501101530003"}),
        (b"]d2010950110153000343242612251200\x1d10A", {"gtin": "09501101530003", "lot": "A"}),
        (b"]d2010950110153000380082611251230", {"gtin": "09501101530003"}),
        (
            b"]d20109501101530003700720010126112510A",
            {"problem": "AI 7007 does not fit its format N4+N6[+N6]"},
        ),
        (b"]d201095011015300037007200101261125\x1d10A", {"gtin": "09501101530003", "lot": "A"}),
    ],
)
def test_gs1_data_is_read_where_the_symbol_claims_it(data: bytes, expected: object) -> None:
    assert understood(data) == expected


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "it is empty"),
        (b"   ", "it is empty"),
        (b"]E0", "it is empty"),
        (b"\x1d", "it is empty"),
        (b"AB\xe9CD", "its bytes are not UTF-8 text"),
        (b"\xed\xa0\x80", "its bytes are not UTF-8 text"),
        (b"AB\x11CD", "it holds control characters"),
        (b"\x1b]0;x\x07", "it holds control characters"),
        (b"A\x7fB", "it holds control characters"),
        ("A\x9bB".encode(), "it holds control characters"),
        (b"]Q3BEGIN:VCARD\r\nN:X\r\n", "it holds control characters"),
        (b"40063813339314006381333931", "it is two reads run together"),
        (b"4006381333931036000291452", "it is two reads run together"),
        (b"9638507496385074", "it is two reads run together"),
        (b"400638133393140063813339314006381333931", "it is two reads run together"),
        (b"]E04006381333931]E04006381333931", "it is two reads run together"),
        (b"]C0SKU-A]C0SKU-B", "it is two reads run together"),
        (b"]E04006381333932", "its check digit is wrong"),
        (b"]E0ABC", "an EAN or UPC symbol holds digits only"),
        (b"]E012345", "an EAN or UPC symbol holds 8, 12 or 13 digits"),
        (b"]C10109501101530004", "the check digit of AI 01 is wrong"),
        (b"]C100106141412345678907", "the check digit of AI 00 is wrong"),
        (b"https://id.gs1.org/01/09501101530004", "the check digit of AI 01 is wrong"),
        (b"]C101950110", "AI 01 does not fit its format N2+N14"),
        (b"]C117261331", "AI 17 does not fit its format N2+N6"),
        (b"]C117260230", "AI 17 does not fit its format N2+N6"),
        (b"]C110ABCDEFGHIJKLMNOPQRSTUV", "AI 10 does not fit its format N2+X..20"),
        (
            b"]C1XYZ",
            "a GS1 application identifier is expected at character 1 and none is there",
        ),
        (
            b"]C10109501101530003\x1dZZ",
            "a GS1 application identifier is expected at character 18 and none is there",
        ),
        (b"]C110A\x1d10B", "AI 10 is in it twice with different values"),
        (
            b"]C101095011015300030209501101530003",
            "it names goods (AI 01) and contents (AI 02) at once",
        ),
        (b"]C13012\x1d3713", "it counts pieces (AI 30) and contents (AI 37) at once"),
        *(
            (
                f"https://id.gs1.org/01/{digits}".encode(),
                "its address does not follow GS1 Digital Link: /01/ and 14 digits, then known fields",
            )
            for digits in ("36000291452", "9638507", "5011015300")
        ),
        (b"https://id.gs1.org/01/09501101530003?10=A&10=B", "AI 10 is in it twice with different values"),
        (b"]C10209501101530003", "it names contents (AI 02) and not how many there are (AI 37)"),
        (b"]d201095011015300037007200101261325", "AI 7007 does not fit its format N4+N6[+N6]"),
        (
            b"https://id.gs1.org/01/09501101530003/99",
            "its address does not follow GS1 Digital Link: /01/ and 14 digits, then known fields",
        ),
    ],
)
def test_what_cannot_be_trusted_says_why_and_claims_nothing(data: bytes, problem: str) -> None:
    assert understood(data) == {"problem": problem}


@pytest.mark.parametrize(
    "lot",
    ["ABC12317261231", "A1517261200", "A0109501101530003", "A3103000500", "X17261231" + "21S9"],
)
def test_an_element_at_the_end_of_a_lot_means_a_separator_was_lost(lot: str) -> None:
    problem = understood(f"]d2010950110153000310{lot}".encode())["problem"]
    assert problem == "AI 10 seems to hold the element after it: a separator is missing"


@pytest.mark.parametrize("lot", ["ABC123", "17261231", "A17261331", "L261231", "A17261231Z", "20"])
def test_an_ordinary_lot_is_no_missing_separator(lot: str) -> None:
    assert understood(f"]d2010950110153000310{lot}".encode())["lot"] == lot


def test_a_lost_leading_zero_or_check_digit_is_only_asked_about() -> None:
    code = decode(b"36000291452")
    assert code.gtin is None
    assert code.near[0] == "00036000291452"
    assert decode(b"400638133393").near == ("04006381333931",)
    assert decode(b"04252614").near == ("00042100005264",)
    assert decode(b"SKU-36000291452").near == ()


@pytest.mark.parametrize(
    ("suppressed", "expanded"),
    [
        ("0425261", "04210000526"),
        ("0123450", "01200000345"),
        ("0123452", "01220000345"),
        ("0123453", "01230000045"),
        ("1123454", "11234000005"),
        ("0123459", "01234500009"),
    ],
)
def test_zero_suppressed_upc_expands_by_its_last_digit(suppressed: str, expanded: str) -> None:
    check = check_digit(expanded)
    wrong = str((int(check) + 1) % 10)
    assert upc_e(suppressed + check) == (expanded + check).zfill(14)
    assert upc_e(suppressed + wrong) is None
    assert decode(f"]E0{suppressed}{check}".encode()).gtin == (expanded + check).zfill(14)
    assert upc_e("2" + suppressed[1:] + check) is None


def test_identifiers_follow_the_policy_of_the_scanner() -> None:
    assert decode(b"]E04006381333931").symbology == "E0"
    assert decode(b"]E04006381333931", aim_id=AimPolicy.OFF) == Code("]E04006381333931")
    required = decode(b"4006381333931", aim_id=AimPolicy.REQUIRED)
    assert required.problem == "the AIM identifier that this scanner sends first is missing"
    assert decode(b"]E04006381333931", aim_id=AimPolicy.REQUIRED).gtin == "04006381333931"


def test_plain_codes_do_not_wait_for_the_gs1_library() -> None:
    script = (
        "import sys; from terminal.scanners.decoding import decode;"
        "decode(b'4006381333931'); decode(b'SKU-A'); decode(b'36000291452');"
        "assert 'biip' not in sys.modules; decode(b']C110A'); assert 'biip' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@given(st.binary(max_size=60))
def test_no_bytes_are_a_surprise_and_a_problem_never_quotes_them(data: bytes) -> None:
    for head in (b"", b"]C1", b"]E0", b"\x1d", b"https://a.b/01/"):
        code = decode(head + data)
        if code.problem:
            assert code == Code(code.text, symbology=code.symbology, problem=code.problem)
            assert code.problem.isascii()
            assert code.problem.isprintable()


@given(st.integers(1, 10**13 - 1), st.integers(0, 12))
def test_any_wrong_digit_of_a_gtin_is_noticed(payload: int, place: int) -> None:
    digits = f"{payload:013d}"
    whole = digits + check_digit(digits)
    assert is_proven(whole)
    wrong = whole[:place] + str((int(whole[place]) + 1) % 10) + whole[place + 1 :]
    assert not is_proven(wrong)


@given(st.text("0123456789", min_size=1, max_size=14))
def test_near_codes_are_proven_and_never_the_code_itself(digits: str) -> None:
    assert all(gtin14(guess) == guess for guess in near(digits))
    assert gtin14(digits) is None or near(digits) == ()


def test_one_number_is_not_several() -> None:
    assert not run_together("14006381333938")
    assert not run_together("4006381333931" + "12")
    assert run_together("4006381333931" * 2)
