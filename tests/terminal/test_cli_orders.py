"""`tallyman orders`: bring in whole files, and show what the station knows."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.headless.program import Tallyman, objects, order


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


def test_a_file_is_taken_by_its_ending(tallyman: Tallyman) -> None:
    (tallyman.folder / "a.CSV").write_text("order_number,sku_code,quantity\nORD-1,SKU-A,1\n")
    (tallyman.folder / "b.json").write_text(json.dumps([order("ORD-2", A=1), order("ORD-3", A=1)]))
    first = tallyman.run("orders", "import", "a.CSV")
    assert (first.returncode, first.stdout, first.stderr) == (0, "1 order imported.\n", "")
    assert tallyman.run("orders", "import", "b.json").stdout == "2 orders imported.\n"
    untold = tallyman.run("orders", "import", "-")
    assert untold.returncode == 2
    assert untold.stderr == "Whether - is JSON or CSV cannot be told: give --format json or csv.\n"


def test_a_faulty_file_is_told_line_by_line_and_leaves_no_ledger_behind(tallyman: Tallyman) -> None:
    rows = "".join(f"ORD-{n},SKU-A,0\n" for n in range(30))
    (tallyman.folder / "bad.csv").write_text(f"order_number,sku_code,quantity\n{rows}")
    done = tallyman.run("orders", "import", "bad.csv")
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert lines[0] == "bad.csv: line 2: quantity is 0: must be a whole number from 1 to 2147483647"
    assert lines[20:] == ["and 10 more", "bad.csv: nothing was taken."]
    assert not tallyman.data.exists()


def test_a_known_order_is_refused_with_its_file(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    done = tallyman.run(
        "orders",
        "import",
        "-",
        "--format",
        "json",
        reads=json.dumps([order("ORD-2", A=1), order("ORD-1", A=9)]),
    )
    assert done.returncode == 3
    assert done.stderr == "Order ORD-1 is in the ledger already; nothing was imported.\n"
    assert [e["order_number"] for e in objects(tallyman.run("orders", "list", "--json").stdout)] == ["ORD-1"]


def test_a_file_that_is_not_there_is_named(tallyman: Tallyman) -> None:
    done = tallyman.run("orders", "import", "no\x1b[2Jsuch.csv")
    assert done.returncode == 1
    assert done.stderr == (
        "no\\x1b[2Jsuch.csv: it cannot be read (No such file or directory); nothing was taken.\n"
    )


def test_the_list_can_be_narrowed(tallyman: Tallyman) -> None:
    tallyman.bring_in(*(order(f"ORD-{n}", A=2) | {"customer_name": f"Zoë {n}"} for n in range(1, 4)))
    tallyman.scan("ORD-2", "SKU-A")
    listed = objects(tallyman.run("orders", "list", "--json").stdout)
    assert [list(e) for e in listed] == [
        ["id", "order_number", "customer_name", "due_date", "status", "verified_quantity", "quantity"]
    ] * 3
    narrowed = objects(tallyman.run("orders", "list", "--json", "--status", "in_progress").stdout)
    assert [(e["order_number"], e["verified_quantity"]) for e in narrowed] == [("ORD-2", 1)]
    assert len(objects(tallyman.run("orders", "list", "--json", "--limit", "2").stdout)) == 2
    found = tallyman.run("orders", "list", "--search", "zoë 3").stdout.splitlines()
    assert found == ["ORDER  STATUS   UNITS  DUE  CUSTOMER", "ORD-3  pending  0/2         Zoë 3"]
    wrong = tallyman.run("orders", "list", "--status", "lost")
    assert wrong.returncode == 2
    assert wrong.stderr.count("\n") == 1


def test_an_order_is_shown_in_the_api_s_shape_with_what_the_station_knows(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=4) | {"external_order_id": "SHOP-7", "metadata": {"other": [1]}})
    tallyman.run("codes", "teach", "BOX-A", "SKU-A", "--units", "2")
    tallyman.scan("ORD-1", "SKU-A", "NOPE", "TALLYMAN:UNDO", "BOX-A", "SKU-A", "SKU-A")
    shown = tallyman.order("SHOP-7")
    assert list(shown) == [
        "id", "order_number", "external_order_id", "customer_name", "customer_info", "notes", "order_date",
        "due_date", "metadata", "status", "items", "created_at", "station",
    ]  # fmt: skip
    assert (shown["status"], shown["metadata"]) == ("verified", {"other": [1]})
    (item,) = shown["items"]
    assert list(item) == ["id", "sku", "quantity", "verified_quantity", "verification_status", "notes"]
    assert (item["sku"], item["verified_quantity"], item["verification_status"]) == (
        {"sku": "SKU-A"},
        4,
        "verified",
    )
    station = shown["station"]
    assert station["opened_by"] == station["verified_by"] == "Ana"
    assert (station["reads"], station["refused"], station["taken_back"]) == (7, 1, 1)
    assert station["units"] == {"case": 2, "scanned": 2}
    assert station["counts"] == {item["id"]: 4}


def test_what_is_shown_can_be_brought_in_elsewhere(tallyman: Tallyman, tmp_path: Path) -> None:
    tallyman.bring_in(order("ORD-1", A=4))
    tallyman.scan("ORD-1", "SKU-A")
    other = Tallyman(tmp_path / "other")
    other.folder.mkdir()
    other.bring_in(tallyman.order("ORD-1"))
    assert other.order("ORD-1")["items"] == tallyman.order("ORD-1")["items"]


def test_an_order_in_words(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2) | {"customer_name": "A\u202eB"})
    tallyman.scan("ORD-1", "SKU-A")
    lines = tallyman.run("orders", "show", "ORD-1").stdout.splitlines()
    assert lines[:3] == [
        "Order:        ORD-1",
        r"Customer:     A\u202eB",
        "Status:       in_progress, 1 of 2 units",
    ]
    assert lines[-2:] == ["SKU    UNITS  STATUS       NOTES", "SKU-A  1/2    in_progress"]


def test_an_order_that_is_not_there_or_not_alone_is_told(tallyman: Tallyman) -> None:
    tallyman.bring_in(*(order(f"ORD-{n}", A=2) | {"external_order_id": "SHOP-7"} for n in (1, 2)))
    missing = tallyman.run("orders", "show", "ORD-9")
    assert missing.returncode == 1
    assert missing.stderr == (
        "No order has the number or external id ORD-9; `tallyman orders list` shows all.\n"
    )
    several = tallyman.run("orders", "show", "SHOP-7")
    assert several.returncode == 1
    assert "name one by its number, ORD-1, ORD-2" in several.stderr


@pytest.mark.parametrize(
    ("option", "value", "why"),
    [
        ("--info", '{"a": NaN}', "--info is not JSON: NaN is not a number that JSON knows."),
        ("--info", '{"a": 1e999}', "--info is not JSON: 1e999 is larger than any number that can be kept."),
        (
            "--info",
            '{"a": 1, "a": 2}',
            "--info cannot be taken: field a stands there twice",
        ),
        (
            "--info",
            "9" * 5000,
            f"--info is not JSON: {'9' * 39}… is larger than any number that can be kept.",
        ),
        ("--info", "[" * 50_000, "--info is nested too deep to be taken."),
        ("--due", "soon", "A due date is typed as 2031-05-01 14:00, in this station's time."),
        ("--ordered", "2031-13-01", "An order date is typed as 2031-05-01 14:00, in this station's time."),
    ],
)
def test_a_header_that_the_api_could_not_take_is_refused(
    tallyman: Tallyman, option: str, value: str, why: str
) -> None:
    done = tallyman.run("orders", "create", "ORD-1", "--line", "SKU-A", "1", option, value)
    assert done.returncode == 2
    assert done.stderr.startswith(why)
    assert tallyman.run("orders", "list").stdout == ""


def test_dates_get_the_offset_without_which_the_api_takes_none(tallyman: Tallyman) -> None:
    tallyman.run(
        *("orders", "create", "ORD-1", "--line", "SKU-A", "1"),
        *("--ordered", "2031-04-30", "--due", "2031-05-01T12:00:00+02:00"),
    )
    (shown,) = objects(tallyman.run("orders", "show", "ORD-1", "--json").stdout)
    ordered = datetime.fromisoformat(shown["order_date"])
    assert ordered.astimezone().strftime("%Y-%m-%d %H:%M") == "2031-04-30 00:00"
    assert shown["due_date"] == "2031-05-01T10:00:00Z"
