"""Trying scanners out without a screen: frames as a station would see them, and traces that play again."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import tty
from pathlib import Path
from typing import Any

import pytest

from store import catalog
from store.ledger import Ledger
from terminal.trial.trace import Chunk, Recorder, TraceError, read_trace
from tests.store.builders import ledger_with, order
from tests.terminal.builders import PATIENCE

GTIN = "4006381333931"
CONFIG = """
[[scanner]]
id = "keyboard"
kind = "wedge"
layout = "us"
host_layout = "de"
framing = { idle_ms = 150 }
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a configuration and a ledger, which a running station holds."""
    (tmp_path / "scanners.toml").write_text(CONFIG)
    ledger = ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 2)))
    with ledger.transaction() as db:
        catalog.teach(db, ledger.badge_key, catalog.Taught(GTIN, "SKU-A"))
    ledger.close()
    return tmp_path


def command(place: Path, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "terminal", "scanners", "test", *arguments,
        "--config", str(place / "scanners.toml"), "--data", str(place / "data"),
    ]  # fmt: skip


def watched(place: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command(place, *arguments), input=given, capture_output=True, timeout=PATIENCE, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip


def frames(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def trace(path: Path, *chunks: tuple[float, str, bytes]) -> Path:
    lines = [json.dumps({"at": at, "scanner": name, "hex": data.hex()}) for at, name, data in chunks]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_each_frame_says_what_it_is_and_what_it_would_do_and_nothing_is_written(place: Path) -> None:
    ledger = Ledger.open(place / "data")
    try:
        before = ledger.db.total_changes, ledger.db.execute("SELECT count(*) FROM events").fetchone()
        reads = f"ORD-1\r+E0{GTIN}\r{GTIN}\r{GTIN}\rNOPE\r".encode().replace(b"ORD-1", "ORDß1".encode())
        done = watched(place, "--json", given=reads)
        after = ledger.db.total_changes, ledger.db.execute("SELECT count(*) FROM events").fetchone()
    finally:
        ledger.close()
    assert done.returncode == 0, done.stderr
    found = frames(done.stdout)
    assert [each["verdict"] for each in found] == [
        "order_opened", "accepted", "duplicate_read", "duplicate_read", "unknown_code",
    ]  # fmt: skip
    assert (found[1]["identifier"], found[1]["gtin"], found[1]["hex"]) == (
        "E0", f"0{GTIN}", f"+E0{GTIN}".encode().hex(),
    )  # fmt: skip
    assert found[1]["would"] == "SKU-A: 1 of 2."
    assert before == after


def test_an_order_can_be_asked_for_and_a_wrong_one_is_refused(place: Path) -> None:
    done = watched(place, "--json", "--order", "ORD-1", given=f"{GTIN}\r".encode())
    assert [each["verdict"] for each in frames(done.stdout)] == ["accepted"]
    wrong = watched(place, "--order", "ORD-9")
    assert wrong.returncode == 1
    assert b"No order has the number ORD-9" in wrong.stderr


def test_without_a_ledger_it_still_shows_what_comes(tmp_path: Path) -> None:
    (tmp_path / "scanners.toml").write_text(CONFIG)
    (found,) = frames(watched(tmp_path, given=f"{GTIN}\r".encode()).stdout)
    assert (found["gtin"], found["verdict"]) == (f"0{GTIN}", None)
    assert not (tmp_path / "data").exists()


def test_a_trace_plays_again_as_it_was(place: Path) -> None:
    record = place / "trace.jsonl"
    reads = f"ORD-1\r]C1010{GTIN}10AB\r".encode() + b"AB\xe9CD\r" + b"HALF"
    live = watched(place, "--json", "--record", str(record), given=reads)
    again = watched(place, "--replay", str(record))
    assert [
        {name: value for name, value in each.items() if name != "at"} for each in frames(live.stdout)
    ] == [{name: value for name, value in each.items() if name != "at"} for each in frames(again.stdout)]
    assert [each["kind"] for each in frames(again.stdout)] == ["ok", "ok", "ok", "no_suffix"]
    assert b"".join(chunk.data for chunk in read_trace(record)) == reads
    assert record.stat().st_mode & 0o077 == 0
    assert b"exists already" in watched(place, "--record", str(record)).stderr


def test_the_pauses_of_a_trace_hold(place: Path) -> None:
    path = trace(
        place / "t", (0.0, "keyboard", b"4006"), (0.1, "keyboard", b"38\r"), (1.0, "keyboard", b"4006"),
        (1.3, "keyboard", b"38\r"),
    )  # fmt: skip
    found = frames(watched(place, "--replay", str(path)).stdout)
    assert [(each["kind"], each["raw"]) for each in found] == [
        ("ok", "400638"),
        ("no_suffix", "4006"),
        ("ok", "38"),
    ]


def test_a_badge_is_not_shown(place: Path) -> None:
    add = [sys.executable, "-m", "terminal", "people", "add", "Ana", "--badge", "--data", str(place / "data")]
    subprocess.run(add, input=b"BADGE.ANA\n", check=True, capture_output=True, cwd=Path(__file__).parents[2])
    done = watched(place, "--json", given=b"BADGE.ANA\r")
    (found,) = frames(done.stdout)
    assert found["verdict"] == "signed_in"
    assert b"BADGE.ANA" not in done.stdout
    assert (found["hex"], found["text"]) == ("", "a badge")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "line 1 is not a step of a trace"),
        ('{"at": 1, "scanner": "keyboard", "hex": "zz"}', "line 1 is not a step of a trace"),
        ('{"at": NaN, "scanner": "keyboard", "hex": ""}', "line 1 is not a step of a trace"),
        (
            '{"at": 2, "scanner": "keyboard", "hex": ""}\n{"at": 1, "scanner": "keyboard", "hex": ""}',
            "line 2 is not a step of a trace",
        ),
        pytest.param("[" * 100_000, "line 1 is not a step of a trace", id="nested without an end"),
        ('{"at": 0, "scanner": "gun-9", "hex": "41"}', "gun-9, which is not in the configuration"),
    ],
)
def test_what_is_no_trace_of_these_scanners_is_refused_in_a_sentence(
    place: Path, text: str, told: str
) -> None:
    path = place / "t"
    path.write_text(text)
    done = watched(place, "--replay", str(path))
    assert done.returncode in (1, 2)
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_recorder_writes_each_chunk_at_once(tmp_path: Path) -> None:
    path = tmp_path / "t"
    with path.open("w") as file:
        recorder = Recorder(file)
        recorder.note(Chunk(100.0, "gun-1", b"\xff\x00"))
        recorder.note(Chunk(100.25, "gun-1", b"A"))
        assert list(read_trace(path)) == [Chunk(0.0, "gun-1", b"\xff\x00"), Chunk(0.25, "gun-1", b"A")]
    with pytest.raises(TraceError, match="cannot be read"):
        list(read_trace(tmp_path / "nowhere"))


def test_a_scanner_on_a_line_of_its_own_is_watched_until_ctrl_c(place: Path) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    gun = f'[[scanner]]\nid = "gun-1"\nkind = "serial"\nport = "{os.ttyname(slave)}"\n'
    (place / "scanners.toml").write_text(gun)
    process = subprocess.Popen(
        command(place, "gun-1", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    while b"Connected at" not in process.stderr.readline():
        pass
    os.write(master, f"ORD-1\r{GTIN}\r".encode())
    verdicts = [json.loads(process.stdout.readline())["verdict"] for _ in range(2)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert (verdicts, process.returncode) == (["order_opened", "accepted"], 130)
    os.close(master)
    os.close(slave)
