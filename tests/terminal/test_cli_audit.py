"""`tallyman audit`: where the log breaks, and the record of one order."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.headless.program import Tallyman, objects, order


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    """ORD-1 scanned by Ana and Ben, with a wrong item and an undo; ORD-2 untouched."""
    tallyman = Tallyman(tmp_path)
    one = {**order("ORD-1", A=2, B=1), "external_order_id": "X-1", "customer_name": "<b>Acme</b>"}
    tallyman.bring_in(one, order("ORD-2", C=1))
    tallyman.scan("ORD-1", "SKU-A", "SKU-C", "TALLYMAN:ACK", "SKU-B")
    tallyman.scan("ORD-1", "TALLYMAN:UNDO", "SKU-A", person="Ben")
    return tallyman


def tamper(tallyman: Tallyman, statement: str) -> None:
    db = sqlite3.connect(tallyman.data / "ledger.db")
    with db:
        db.execute(statement)
    db.close()


def record(tallyman: Tallyman, name: str) -> dict[str, Any]:
    done = tallyman.run("audit", "export", name, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = objects(done.stdout)
    return found


def test_a_log_that_holds(tallyman: Tallyman) -> None:
    done = tallyman.run("audit", "verify")
    assert (done.returncode, done.stdout) == (0, "The log holds: 8 events, each as it was written.\n")
    (found,) = objects(tallyman.run("audit", "verify", "--json").stdout)
    assert found == {"intact": True, "events": 8, "heads": 0, "kind": None, "seq": None, "told": None}


def test_a_log_that_was_changed_says_where_and_how(tallyman: Tallyman) -> None:
    tamper(tallyman, "UPDATE events SET person = 'Eve' WHERE seq = 3")
    done = tallyman.run("audit", "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The log does not hold at event 3 (edited): event 3 was changed after it was written; keep this"
        " ledger as it is and call for help.\n"
    )
    asked = tallyman.run("audit", "verify", "--json")
    (found,) = objects(asked.stdout)
    assert (asked.returncode, asked.stderr) == (1, "")
    assert (found["intact"], found["kind"], found["seq"]) == (False, "edited", 3)


def test_without_its_secret_a_log_cannot_be_proved(tallyman: Tallyman) -> None:
    (tallyman.data / "station.key").unlink()
    done = tallyman.run("audit", "verify")
    assert (done.returncode, done.stdout) == (5, "")
    assert "station.key is missing" in done.stderr


def test_the_record_of_an_order_holds_every_event_with_its_hash(tallyman: Tallyman) -> None:
    found = record(tallyman, "ORD-1")
    assert found["claim"] == "tamper-evident"
    assert [each["seq"] for each in found["events"]] == list(range(1, 9))
    assert [each["verdict"] for each in found["events"]][2] == "not_on_order"
    assert bytes.fromhex(found["events"][1]["raw"]) == b"SKU-A"
    assert {len(bytes.fromhex(each["hash"])) for each in found["events"]} == {32}
    assert found["order"]["station"]["people"] == ["Ana", "Ben"]
    assert found["log"]["intact"] is True
    ((station, counts),) = found["counts_by_station"].items()
    assert station.startswith("dock-1.")
    assert counts == found["order"]["station"]["counts"] | {
        line: 0 for line in counts if line not in found["order"]["station"]["counts"]
    }
    assert sum(counts.values()) == 2
    assert found["api"]["waiting"]["parked"] is None


def test_the_record_says_that_the_log_was_changed(tallyman: Tallyman) -> None:
    tamper(tallyman, "DELETE FROM events WHERE seq = 3")
    found = record(tallyman, "X-1")
    assert (found["log"]["kind"], found["log"]["seq"]) == ("deleted", 3)


def test_the_record_can_be_read_and_printed(tallyman: Tallyman) -> None:
    told = tallyman.run("audit", "export", "ORD-1").stdout
    for words in ("tamper-evident, no more", "partially_verified", "not_on_order", "Ana, Ben", "2 scanned"):
        assert words in told
    done = tallyman.run("audit", "export", "ORD-1", "--html", "order.html")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tallyman.folder / "order.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Acme&lt;/b&gt;" in page
    assert "<b>" not in page
    assert tallyman.run("audit", "export", "ORD-2").returncode == 0


def test_what_slots_and_attempts_the_ledger_holds_is_in_the_record(tallyman: Tallyman) -> None:
    shown = record(tallyman, "ORD-1")["order"]
    order_id, line = shown["id"], shown["items"][0]["id"]
    body = json.dumps({"n": 1, "h": "00ff", "c": {line: 4}})
    tamper(tallyman, f"INSERT INTO slots VALUES ('{order_id}', 'dock-2.beef', '{body}', 1)")
    tamper(tallyman, f"INSERT INTO attempts VALUES (1, '{order_id}', 'PUT', '{{}}', '503')")
    tamper(tallyman, f"INSERT INTO conflicts VALUES ('{order_id}', 'over_count', 'SKU-A', 'Counted twice.')")
    found = record(tallyman, "ORD-1")
    assert found["counts_by_station"]["dock-2.beef"] == {line: 4}
    assert (found["slots"]["dock-2.beef"]["n"], found["slots"]["dock-2.beef"]["own"]) == (1, False)
    assert found["api"]["attempts"] == [{"number": 1, "method": "PUT", "body": "{}", "outcome": "503"}]
    assert [each["told"] for each in found["api"]["conflicts"]] == ["Counted twice."]
    told = tallyman.run("audit", "export", "ORD-1").stdout
    assert "attempt 1: PUT" in told
    assert "Counted twice." in told


def test_an_order_that_nobody_has_is_a_sentence(tallyman: Tallyman) -> None:
    done = tallyman.run("audit", "export", "ORD-9\x1b[2J")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No order has the number or external id ORD-9\\x1b[2J;")
