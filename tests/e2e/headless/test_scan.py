"""`tallyman scan`: reads in, what they did out."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman, objects, order

FIELDS = [
    "seq", "at", "raw", "verdict", "counted", "units", "order_number", "sku", "verified_quantity", "quantity",
    "line_status", "order_status", "message", "scanner", "provenance",
]  # fmt: skip


def test_four_reads_are_four_objects(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2, B=1))
    done = tallyman.run("scan", "--person", "Ana", "--json", reads="ORD-1\rSKU-A\rSKU-A\rNOPE\r")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    found = objects(done.stdout)
    assert [list(each) for each in found] == [FIELDS] * 4
    assert [
        (e["seq"], e["raw"], e["verdict"], e["counted"], e["verified_quantity"], e["line_status"])
        for e in found
    ] == [
        (1, "ORD-1", "order_opened", False, None, None),
        (2, "SKU-A", "accepted", True, 1, "in_progress"),
        (3, "SKU-A", "line_verified", True, 2, "verified"),
        (4, "NOPE", "unknown_code", False, None, None),
    ]
    assert [e["order_status"] for e in found] == ["pending", "in_progress", *["partially_verified"] * 2]
    shown = tallyman.order("ORD-1")
    assert shown["status"] == "partially_verified"
    assert [item["verified_quantity"] for item in shown["items"]] == [2, 0]


def test_without_json_each_read_is_a_line_that_anyone_can_read(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    done = tallyman.run("scan", "--person", "Ana", reads="ORD-1\rS\x1b[2J\rSKU-A\r")
    opened, refused, verified = done.stdout.splitlines()
    assert opened == "▸ ORDER OPEN  Order ORD-1 is open: scan 1 × SKU-A."
    assert refused.startswith(r"? SCAN AGAIN  Scanned S\x1b[2J: not counted, it holds control characters.")
    assert verified.startswith("★ ORDER DONE  SKU-A: 1 of 1. Order ORD-1 is complete")
    plain = tallyman.run("scan", "--person", "Ana", reads="ORD-1\r", env={"PYTHONIOENCODING": "ascii"})
    assert plain.returncode == 0
    assert plain.stdout.isascii()


def test_reads_end_with_cr_lf_or_tab_and_what_has_no_end_is_not_counted(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=9))
    done = tallyman.run("scan", "--person", "Ana", "--json", reads="ORD-1\r\nSKU-A\n\n\r\r\tSKU-A\tSKU-A")
    found = objects(done.stdout)
    assert [e["verdict"] for e in found] == ["order_opened", "accepted", "accepted", "unreadable"]
    assert "the read broke off before its end" in found[3]["message"]


def test_nothing_in_is_nothing_out(tallyman: Tallyman) -> None:
    done = tallyman.run("scan", "--person", "Ana", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_standard_input_has_no_duplicate_window(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=50))
    found = tallyman.scan("ORD-1", *["SKU-A"] * 50)
    assert found[-1]["verdict"] == "order_verified"
    assert all(e["counted"] for e in found[1:])


def test_somebody_signs_in_by_badge_unless_named_or_not_needed(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=9))
    entered = tallyman.run("people", "add", "Sue", "--badge", reads="BADGE-4711\n")
    assert entered.returncode == 0
    done = tallyman.run("scan", "--json", reads="SKU-A\rBADGE-4711\rORD-1\rSKU-A\r")
    assert [e["verdict"] for e in objects(done.stdout)] == [
        "not_signed_in",
        "signed_in",
        "order_opened",
        "accepted",
    ]
    assert "4711" not in done.stdout
    (tallyman.folder / "scanners.toml").write_text("[policy]\nsign_in = false\n")
    done = tallyman.run("scan", "--json", reads="ORD-1\rSKU-A\r")
    assert [e["verdict"] for e in objects(done.stdout)] == ["order_opened", "accepted"]
    assert tallyman.order("ORD-1")["station"]["people"] == ["Sue"]


def test_without_a_screen_nobody_is_asked_to_type_a_count(tallyman: Tallyman) -> None:
    (tallyman.data.parent / "scanners.toml").write_text('[policy]\nquantity_entry = "operator"\n')
    tallyman.bring_in(order("ORD-1", A=9))
    last = tallyman.scan("ORD-1", "SKU-A", "TALLYMAN:QUANTITY")[-1]
    assert (last["verdict"], last["counted"]) == ("command", False)
    assert last["message"] == "No count can be typed: this station counts by scanning alone."


def test_a_name_that_cannot_be_shown_is_wrong_usage(tallyman: Tallyman) -> None:
    for name in ("", "  ", "A\x1bB", "A" * 61):
        done = tallyman.run("scan", "--person", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "--person needs a name of 1 to 60 printable characters.\n"


def test_hostile_bytes_come_out_as_ascii(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    reads = b"ORD-1\r\xff\xfe\r\x1b]0;owned\x07\r\xe2\x80\xaeSKU-A\r" + b"A" * 3000 + b"\r\x00\r"
    done = tallyman.run("scan", "--person", "Ana", "--json", reads=reads)
    assert done.returncode == 0
    assert done.stdout.isascii()
    verdicts = [e["verdict"] for e in objects(done.stdout)]
    assert verdicts == [
        "order_opened", "unreadable", "unreadable", "unknown_code", "unreadable", "unreadable",
    ]  # fmt: skip


def test_each_line_is_there_before_the_next_read_comes(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=3))
    with tallyman.start("scan", "--person", "Ana", "--json") as scanning:
        assert scanning.stdin
        assert scanning.stdout
        for text, verdict in (("ORD-1", "order_opened"), ("SKU-A", "accepted"), ("SKU-A", "accepted")):
            scanning.stdin.write(f"{text}\r".encode())
            scanning.stdin.flush()
            assert json.loads(scanning.stdout.readline())["verdict"] == verdict
        _, errors = scanning.communicate(timeout=PATIENCE)
    assert (scanning.returncode, errors) == (0, b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_after_what_was_taken(tallyman: Tallyman, number: signal.Signals) -> None:
    tallyman.bring_in(order("ORD-1", A=5000))
    with tallyman.start("scan", "--person", "Ana", "--json") as scanning:
        assert scanning.stdin
        assert scanning.stdout
        scanning.stdin.write(b"ORD-1\r" + b"SKU-A\r" * 500)
        scanning.stdin.flush()
        first = scanning.stdout.readline()
        scanning.send_signal(number)
        rest = scanning.stdout.read()  # to the end, while standard input is still open
        _, errors = scanning.communicate(timeout=PATIENCE)
    assert (scanning.returncode, errors) == (128 + number, b"")
    told = [e["seq"] for e in objects(first + rest)]
    assert told == list(range(1, len(told) + 1))
    assert tallyman.order("ORD-1")["station"]["reads"] == len(told)


def test_when_nobody_listens_any_more_it_ends_quietly(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=5000))
    with tallyman.start("scan", "--person", "Ana", "--json") as scanning:
        assert scanning.stdin
        assert scanning.stdout
        assert scanning.stderr
        scanning.stdin.write(b"ORD-1\r")
        scanning.stdin.flush()
        scanning.stdout.readline()
        scanning.stdout.close()
        scanning.stdin.write(b"SKU-A\r" * 100)
        scanning.stdin.flush()
        assert scanning.wait(PATIENCE) == 141
        assert scanning.stderr.read() == b""
    assert tallyman.healthy()


def test_output_that_goes_to_a_full_device_is_told(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("wb") as device:
        done = subprocess.run(
            tallyman.command("scan", "--person", "Ana"),
            input=b"ORD-1\r",
            stdout=device,
            stderr=subprocess.PIPE,
            check=False,
            cwd=tallyman.folder,
            env=tallyman.environment,
            timeout=PATIENCE,
        )
    assert done.returncode == 1
    assert done.stderr == b"Standard output took no more (No space left on device).\n"


def test_closed_streams_do_not_let_the_ledger_be_taken_for_one(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    for closed in ("0<&-", "1>&-", "0<&- 1>&- 2>&-"):
        line = " ".join([*tallyman.command("scan", "--person", "Ana"), closed])
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            input=b"",
            check=False,
            cwd=tallyman.folder,
            env=tallyman.environment,
            capture_output=True,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert tallyman.healthy()


def test_a_scanner_on_a_line_of_its_own_is_read_with_its_window(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=9))
    scanner, line = pty.openpty()
    (tallyman.folder / "scanners.toml").write_text(
        f'[[scanner]]\nid = "gun-1"\nkind = "serial"\nport = "{os.ttyname(line)}"\nduplicate_ms = 10000\n'
        '[[scanner]]\nid = "keyboard"\nkind = "wedge"\n'
    )
    with tallyman.start("scan", "--scanner", "gun-1", "--person", "Ana", "--json") as scanning:
        assert scanning.stdout
        assert scanning.stderr
        while b"ready" not in scanning.stderr.readline():
            pass
        found = []
        for text in ("ORD-1", "SKU-A", "SKU-A", "TALLYMAN:COUNT"):
            os.write(scanner, f"{text}\r".encode())
            found.append(json.loads(scanning.stdout.readline()))
        scanning.terminate()
        scanning.communicate(timeout=PATIENCE)
    os.close(scanner)
    os.close(line)
    assert [e["verdict"] for e in found] == ["order_opened", "accepted", "duplicate_read", "accepted"]
    assert {e["scanner"] for e in found} == {"gun-1"}
    assert scanning.returncode == 128 + signal.SIGTERM


def test_a_scanner_that_cannot_be_read_here_is_wrong_usage(tallyman: Tallyman) -> None:
    unknown = tallyman.run("scan", "--scanner", "gun-9", "--person", "Ana")
    assert unknown.returncode == 2
    assert unknown.stderr == "Scanner gun-9 is not in the built-in configuration, which has: keyboard.\n"
    wedge = tallyman.run("scan", "--scanner", "keyboard", "--person", "Ana")
    assert wedge.returncode == 2
    assert "leave --scanner out to read standard input" in wedge.stderr
