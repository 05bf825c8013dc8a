"""`tallyman report`: numbers as tables, CSV, JSON and pages, whatever a barcode says."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from terminal.reports.comma import defused, separated
from terminal.reports.page import html
from terminal.reports.plain import text
from terminal.reports.report import Report, Table
from tests.e2e.headless.program import Tallyman, objects, order

HOSTILE = [
    '=HYPERLINK("http://x.example","y")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "<script>alert(1)</script>",
]
KINDS = ("accuracy", "throughput", "confusions", "orders", "health")


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


def shown(tallyman: Tallyman, *arguments: str) -> dict[str, Any]:
    done = tallyman.run("report", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = objects(done.stdout)
    return found


@pytest.fixture
def worked(tallyman: Tallyman) -> Tallyman:
    """ORD-1 verified at once; ORD-2 verified after a wrong item and an undo; ORD-3 open."""
    tallyman.bring_in(order("ORD-1", A=2), order("ORD-2", A=1, B=1), order("ORD-3", C=3))
    tallyman.scan("ORD-1", "SKU-A", "SKU-A")
    tallyman.scan(
        "ORD-2",
        "SKU-A",
        "SKU-C",
        "TALLYMAN:ACK",
        "SKU-B",
        "TALLYMAN:UNDO",
        "SKU-B",
        "ORD-3",
        "NOPE",
        person="Ben",
    )
    return tallyman


def test_the_accuracy_of_a_shift(worked: Tallyman) -> None:
    found = shown(worked, "accuracy")
    assert (found["orders_verified"], found["first_pass"], found["first_pass_yield"]) == (2, 1, 0.5)
    assert (found["reads"], found["refused_reads"], found["wrong_items"]) == (12, 2, 1)
    per = {each["verdict"]: round(each["per_thousand"], 1) for each in found["refused"]}
    assert per == {"not_on_order": 83.3, "unknown_code": 83.3}


def test_the_throughput_of_a_shift(worked: Tallyman) -> None:
    found = shown(worked, "throughput")
    people = {each["name"]: (each["orders"], each["lines"], each["units"]) for each in found["by_person"]}
    assert people == {"Ana": (1, 1, 2), "Ben": (1, 2, 2)}
    (whole,) = found["by_station"]
    assert (whole["orders"], whole["lines"], whole["units"], whole["reads"]) == (2, 3, 4, 12)
    assert whole["units_per_hour"] == whole["units"] / whole["hours"]
    assert sum(each["units"] for each in found["by_hour"]) == 4


def test_what_was_confused_with_what(worked: Tallyman) -> None:
    (pair,) = shown(worked, "confusions")["pairs"]
    assert (pair["scanned"], pair["expected"], pair["times"], pair["orders"]) == (
        "SKU-C",
        "SKU-B",
        1,
        ["ORD-2"],
    )


def test_open_orders_by_due_date_and_by_age(tallyman: Tallyman) -> None:
    due = {
        "ORD-1": "2020-01-01T10:00:00Z",
        "ORD-2": "2020-01-02",
        "ORD-3": "2190-01-01T10:00:00+02:00",
        "ORD-4": "",
    }
    tallyman.bring_in(
        *(
            {**order(number, A=2), "due_date": day} if day else order(number, A=2)
            for number, day in due.items()
        ),
        {**order("ORD-5", A=2), "created_at": "2020-01-01T00:00:00Z"},
    )
    tallyman.scan("ORD-1", "SKU-A", "ORD-3", "SKU-A", "SKU-A")
    found = shown(tallyman, "orders")
    assert found["due"]["overdue"] == {"orders": 2, "units": 3}
    assert found["due"]["later"] == {"orders": 0, "units": 0}
    assert found["due"]["none"] == {"orders": 2, "units": 4}
    assert found["age"]["over 7 days"] == {"orders": 1, "units": 2}
    assert [each["order_number"] for each in found["oldest"]] == ["ORD-1", "ORD-2", "ORD-5", "ORD-4"]
    assert (found["orders"], found["units_left"]) == (4, 7)


def test_what_waits_for_the_orders_api(worked: Tallyman) -> None:
    found = shown(worked, "health")
    assert (found["waiting"], found["parked"], found["conflicts"]) == (2, [], [])
    assert found["since"].startswith("20")


def test_a_period_of_local_days(worked: Tallyman) -> None:
    assert shown(worked, "accuracy", "--since", "2020-01-01")["reads"] == 12
    assert shown(worked, "accuracy", "--until", "2020-01-01")["reads"] == 0
    zone = {"TZ": "Asia/Kathmandu"}
    done = worked.run(
        "report", "accuracy", "--since", "2020-01-01", "--until", "2020-01-02", "--json", env=zone
    )
    (found,) = objects(done.stdout)
    assert (found["since"], found["until"]) == ("2020-01-01T00:00:00+05:45", "2020-01-03T00:00:00+05:45")


REFUSED = {
    (
        "--since",
        "yesterday",
    ): "yesterday is no day and no moment: give one as 2026-01-31 or as 2026-01-31T14:30.",
    (
        "--since",
        "2026-13-01",
    ): "2026-13-01 is no day and no moment: give one as 2026-01-31 or as 2026-01-31T14:30.",
    ("--until", "2026-01-31T10:07"): (
        "2026-01-31T10:07 is within a quarter of an hour: give a moment on :00, :15, :30 or :45."
    ),
    ("--since", "2026-02-01", "--until", "2026-01-01"): (
        "2026-02-01 is not before 2026-01-01: give a beginning that lies before the end."
    ),
    ("--json", "--csv"): "Give one of --json, --csv and --html.",
    (
        "--since",
        "\x1b[2J",
    ): "\\x1b[2J is no day and no moment: give one as 2026-01-31 or as 2026-01-31T14:30.",
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED.items())
def test_a_wrong_period_or_form_is_refused(
    worked: Tallyman, arguments: tuple[str, ...], sentence: str
) -> None:
    done = worked.run("report", "throughput", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}\n")


def test_a_report_without_a_ledger_says_so(tallyman: Tallyman) -> None:
    done = tallyman.run("report", "accuracy")
    assert done.returncode == 5
    assert done.stderr.startswith("There is no ledger in ")


def test_a_page_that_cannot_be_written_is_a_sentence(worked: Tallyman) -> None:
    done = worked.run("report", "accuracy", "--html", "nowhere/page.html")
    assert done.returncode == 1
    assert done.stderr == "Cannot write nowhere/page.html: No such file or directory; name another file.\n"


@pytest.fixture
def hostile(tallyman: Tallyman) -> Tallyman:
    """Orders and confusions whose names try to run something."""
    items = [{"sku_code": sku, "quantity": 1} for sku in HOSTILE]
    one = {"order_number": "=1+1", "items": items}
    two = {"order_number": "<b>", "items": [{"sku_code": "SKU-A", "quantity": 1}]}
    tallyman.bring_in(one, two)
    alarms = [read for sku in HOSTILE for read in (sku, "TALLYMAN:ACK")]
    tallyman.scan("<b>", *alarms, "=1+1", "SKU-A", "TALLYMAN:ACK", HOSTILE[0], person="@Ana<i>")
    return tallyman


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_of_the_csv_is_a_formula(hostile: Tallyman, kind: str) -> None:
    done = hostile.run("report", kind, "--csv")
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = csv.reader(io.StringIO(done.stdout))
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    if kind == "confusions":
        assert {f"'{sku}" for sku in HOSTILE[:4]} <= {row[0] for row in rows}


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝"])  # noqa: RUF001
def test_every_beginning_of_a_formula_is_defused(first: str) -> None:
    assert defused(f"{first}1").startswith(("'", "\\"))
    assert defused(f"1{first}1")[0] == "1"


class Seen(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_runs_nothing_and_refers_to_nothing(hostile: Tallyman, kind: str) -> None:
    done = hostile.run("report", kind, "--html", "page.html")
    assert (done.returncode, done.stderr) == (0, "")
    page = (hostile.folder / "page.html").read_text(encoding="utf-8")
    seen = Seen()
    seen.feed(page)
    assert not seen.tags & {"script", "b", "i", "img", "link", "a", "iframe"}
    assert not {name for name in seen.names if name.startswith("on")} | seen.names & {"src", "href"}
    if kind == "confusions":
        assert "<script>alert(1)</script>" in seen.text


def test_controls_and_marks_are_escaped_in_every_form() -> None:
    cell = "\x1b]0;x\x07\u202e\tA"
    table = Table(cell, (cell, "n"), ((cell, 1),), cell)
    report = Report(cell, cell, (table,), table)
    for shown_as in (text(report), html(report), separated(table)):
        assert not set(shown_as) & set("\x1b\x07\u202e\t")


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_one_line_of_ascii(hostile: Tallyman, kind: str) -> None:
    (line,) = hostile.run("report", kind, "--json").stdout.splitlines()
    assert line.isascii()
    assert json.loads(line)["report"] == kind


def test_reports_work_beside_a_station_that_holds_the_ledger(worked: Tallyman) -> None:
    running = worked.start("scan", "--person", "Ana")
    try:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"ORD-3\r")
        assert running.stdout.readline()
        assert shown(worked, "accuracy")["reads"] == 13
    finally:
        running.communicate(timeout=60)
