"""`tallyman codes` and `tallyman people`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman, objects, order

GTIN = "4006381333931"
BADGE, PIN = "BADGE-4711", "918273"


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


def test_a_taught_code_counts_its_units(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=7))
    taught = tallyman.run("codes", "teach", GTIN, "SKU-A", "--units", "6")
    assert (taught.returncode, taught.stdout) == (0, f"0{GTIN} stands for 6 of SKU-A.\n")
    assert [e["verified_quantity"] for e in tallyman.scan("ORD-1", f"0{GTIN}", "SKU-A")] == [None, 6, 7]
    listed = objects(tallyman.run("codes", "list", "--json").stdout)
    assert listed == [{"code": f"0{GTIN}", "sku": "SKU-A", "units": 6, "source": "taught"}]
    assert tallyman.run("codes", "list").stdout.splitlines()[1].split() == [
        f"0{GTIN}",
        "SKU-A",
        "6",
        "taught",
    ]


def test_a_code_with_another_meaning_is_refused_by_rule(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=7, B=1))
    assert tallyman.run("codes", "teach", "X", "SKU-A").returncode == 0
    for arguments in (
        ("X", "SKU-B"),
        ("ORD-1", "SKU-A"),
        ("TALLYMAN:UNDO", "SKU-A"),
        ("Y", "SKU-A", "--units", "0"),
    ):
        refused = tallyman.run("codes", "teach", *arguments)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert tallyman.run("codes", "teach", "X", "SKU-B", "--replace").returncode == 0
    assert tallyman.run("codes", "teach", "X", "SKU-B", "--units", "many").returncode == 2


def test_a_file_of_codes_is_taught_whole_or_not_at_all(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=7))
    bad = tallyman.run("codes", "import", "-", reads="code,sku_code,units\nA,SKU-A,6\nORD-1,SKU-A,1\n")
    assert bad.returncode == 1
    assert bad.stderr.splitlines() == [
        "standard input: line 3: ORD-1 is an order's number; it cannot stand for goods too.",
        "standard input: nothing was taken.",
    ]
    assert tallyman.run("codes", "list", "--json").stdout == ""
    good = tallyman.run("codes", "import", "-", reads="code,sku_code,units\nA,SKU-A,6\nB,SKU-A,\n")
    assert (good.returncode, good.stdout) == (0, "2 codes imported.\n")


def test_badge_and_pin_come_as_lines_and_are_nowhere_afterwards(tallyman: Tallyman) -> None:
    added = tallyman.run(
        "people", "add", "Sue", "--role", "supervisor", "--badge", "--pin", reads=f"]C0{BADGE}\r\n{PIN}\n"
    )
    assert (added.returncode, added.stdout, added.stderr) == (0, "Sue may sign in as supervisor.\n", "")
    for path in tallyman.folder.rglob("*"):
        assert path.is_dir() or not any(secret.encode() in path.read_bytes() for secret in (BADGE, PIN))
    listed = tallyman.run("people", "list", "--json")
    assert objects(listed.stdout) == [
        {
            "name": "Sue", "role": "supervisor", "badge": True, "pin": True, "active": True, "until": "",
            "state": "active",
        }
    ]  # fmt: skip
    signed_in = tallyman.run("scan", "--json", reads=f"{BADGE}\r")
    assert json.loads(signed_in.stdout)["message"] == "Sue is signed in: scan an order label."


def test_a_person_who_could_not_sign_in_is_not_added(tallyman: Tallyman) -> None:
    nothing = tallyman.run("people", "add", "Sue")
    assert nothing.returncode == 2
    assert nothing.stderr == "Nobody can sign in by name alone: give --badge, --pin or both.\n"
    empty = tallyman.run("people", "add", "Sue", "--badge", reads="\n")
    assert empty.returncode == 2
    short = tallyman.run("people", "add", "Sue", "--pin", reads="123\n")
    assert short.returncode == 3
    assert "123" not in short.stderr
    torn = tallyman.run("people", "add", "Sue", "--badge", reads="AB\x07CDEF\n")
    assert torn.returncode == 1
    assert "AB" not in torn.stderr
    assert tallyman.run("people", "add", "Sue", f"--badge={BADGE}").returncode == 2


def test_on_a_terminal_the_pin_is_asked_for_twice_and_never_seen(tallyman: Tallyman) -> None:
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        tallyman.command("people", "add", "Sue", "--pin"),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tallyman.folder,
        env=tallyman.environment,
        start_new_session=True,
    ) as adding:
        os.close(terminal)
        seen = b""
        for prompt in (b"PIN: ", b"Repeat for confirmation: "):
            while not seen.endswith(prompt):
                seen += os.read(controller, 1024)
            os.write(controller, f"{PIN}\n".encode())
        while b"may sign in" not in seen:
            seen += os.read(controller, 1024)
        assert adding.wait(PATIENCE) == 0
    os.close(controller)
    assert PIN.encode() not in seen


SSCC = "00106141412345678908"
UNTEACHABLE = {
    f"]C1{SSCC}": "it is an SSCC, the number of one parcel or pallet",
    SSCC: "it is an SSCC, the number of one parcel or pallet",
    "https://id.gs1.org/00/106141412345678908": "it is an SSCC, the number of one parcel or pallet",
    "]E05000112637923": "its check digit is wrong",
    "]C10104006381333930": "the check digit of AI 01 is wrong",
    "X" * 513: "it has 513 bytes, and a read at this station at most 512",
    "A\x07B": "it holds control characters",
    b"A\xff": "its bytes are not UTF-8 text",
}


@pytest.mark.parametrize("code", UNTEACHABLE, ids=lambda code: repr(code)[:30])
def test_a_code_that_no_read_can_match_is_not_taught(tallyman: Tallyman, code: str | bytes) -> None:
    tallyman.bring_in(order("ORD-1", A=7))
    refused = tallyman.run("codes", "teach", code, "SKU-A")  # type: ignore[arg-type]
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.endswith(f" cannot stand for goods: {UNTEACHABLE[code]}; nothing was taught.\n")
    assert tallyman.run("codes", "list", "--json").stdout == ""


@pytest.mark.parametrize(
    "code",
    ["]E04006381333931", "]C1010400638133393110LOT1", f"https://id.gs1.org/01/0{GTIN}/10/LOT1", "]C0BOX-A"],
)
def test_a_code_is_kept_as_a_read_of_it_is_looked_up(tallyman: Tallyman, code: str) -> None:
    tallyman.bring_in(order("ORD-1", A=7))
    kept = "BOX-A" if code.endswith("BOX-A") else f"0{GTIN}"
    taught = tallyman.run("codes", "teach", code, "SKU-A", "--units", "2")
    assert (taught.returncode, taught.stdout) == (0, f"{kept} stands for 2 of SKU-A.\n")
    assert [e["verified_quantity"] for e in tallyman.scan("ORD-1", code, kept)] == [None, 2, 4]
    other = tallyman.run("codes", "import", "-", reads=f"code,sku_code\n{code},SKU-B\n")
    assert other.returncode == 1
    assert f"line 2: {kept} stands for 2 of SKU-A already" in other.stderr


def test_a_file_with_a_code_that_no_read_can_match_teaches_nothing(tallyman: Tallyman) -> None:
    bad = tallyman.run("codes", "import", "-", reads=f"code,sku_code\nA,SKU-A\n{SSCC},SKU-A\n]C0A,SKU-B\n")
    assert bad.returncode == 1
    assert bad.stderr.splitlines() == [
        f"standard input: line 3: {SSCC} cannot stand for goods: {UNTEACHABLE[SSCC]}; nothing was taught.",
        "standard input: line 4: code is ']C0A': it stands on line 2 already and must be unique",
        "standard input: nothing was taken.",
    ]


def test_a_number_with_a_wrong_check_digit_is_taught_as_what_it_is(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=7))
    taught = tallyman.run("codes", "teach", "4006381333930", "SKU-A")
    assert taught.stdout == (
        "4006381333930 stands for 1 of SKU-A. It is no GTIN, for its check digit is wrong: it is kept as an"
        " internal code, as it is written.\n"
    )
    assert [e["counted"] for e in tallyman.scan("ORD-1", "4006381333930")] == [False, True]
