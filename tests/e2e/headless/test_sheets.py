"""`tallyman sheet`: what is printed works at the station, and a badge's code is nowhere but on its sheet."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman
from tests.terminal.paper_reader import drawn, read, symbols

CSV = """order_number,customer_name,due_date,sku_code,quantity
ORD-1,Söhne & Co,2026-12-02,SKU-A,1
ORD-2,,2026-12-01,SKU-B,2
ORD-3,Acme,,SKU-C,3
"""


@pytest.fixture
def stocked(tallyman: Tallyman) -> Tallyman:
    (tallyman.folder / "orders.csv").write_text(CSV, encoding="utf-8")
    tallyman.run("orders", "import", "orders.csv")
    tallyman.run("people", "add", "Ana", "--pin", reads="4711\n")
    tallyman.run("people", "add", "Sue", "--badge", "--role", "supervisor", reads="OLD-BADGE-1\n")
    return tallyman


def codes_on(page: str) -> list[str]:
    return [code for drawing in symbols(page) for _, code in read(drawn(drawing))]


def said_to(tallyman: Tallyman, *reads: str) -> str:
    return tallyman.run("scan", "--json", reads="".join(f"{each}\n" for each in reads)).stdout


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_printed_badge_signs_its_owner_in_and_the_old_one_no_longer_does(stocked: Tallyman) -> None:
    sheet = stocked.folder / "badges.html"
    done = stocked.run("sheet", "badges", "ana", "Sue", "--yes", "--out", str(sheet))
    assert done.returncode == 0, done.stderr
    assert "New badges for Ana, Sue. The badge that Sue had stops working at once." in done.stderr
    assert "2 new badges in" in done.stderr
    assert sheet.stat().st_mode & 0o077 == 0
    ana, also_ana, sue, also_sue = codes_on(sheet.read_text(encoding="utf-8"))
    assert (ana, sue) == (also_ana, also_sue)
    assert ana != sue
    answers = said_to(stocked, "OLD-BADGE-1", ana, "ORD-1", sue)
    assert answers.count('"signed_in"') == 2
    assert answers.splitlines()[0].count('"not_signed_in"') == 1
    for secret in (ana, sue):
        assert secret.encode() not in everything_in(stocked.data)
        assert secret not in done.stdout + done.stderr + answers


def test_without_names_everybody_without_a_badge_gets_one(stocked: Tallyman) -> None:
    done = stocked.run("sheet", "badges", "--yes", "--format", "svg")
    assert done.returncode == 0, done.stderr
    assert len({code for _, code in read(drawn(done.stdout))}) == 1
    assert "New badges for Ana.\n" in done.stderr
    again = stocked.run("sheet", "badges", "--yes")
    assert (again.returncode, again.stdout) == (3, "")
    assert "Everybody on the list has a badge" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["Ana"], 2, "give --yes; no badge was changed."),
        (["Nobody", "--yes"], 3, "Nobody called Nobody may sign in; no badge was changed."),
        (["Sue", "--yes", "--out", "data"], 2, "data is a folder: give --out a file"),
        (["Sue", "--yes", "--out", "nowhere/b.html"], 1, "No such file or directory; no badge was changed."),
    ],
)
def test_a_sheet_that_cannot_be_made_leaves_the_badges_as_they_were(
    stocked: Tallyman, arguments: list[str], code: int, says: str
) -> None:
    done = stocked.run("sheet", "badges", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert '"signed_in"' in said_to(stocked, "OLD-BADGE-1")


def test_badges_whose_sheet_nobody_reads_to_its_end_stay_as_they_were(stocked: Tallyman) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            stocked.command("sheet", "badges", "Sue", "--yes"),
            stdout=full, stderr=subprocess.PIPE, env=stocked.environment, timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert done.returncode != 0
    assert '"signed_in"' in said_to(stocked, "OLD-BADGE-1")


@pytest.mark.parametrize(("answer", "changed"), [(b"y\n", True), (b"n\n", False)])
def test_on_a_terminal_new_badges_are_asked_about(stocked: Tallyman, answer: bytes, changed: bool) -> None:
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer)
    done = subprocess.run(
        stocked.command("sheet", "badges", "Sue"),
        stdin=terminal, capture_output=True, text=True,
        env=stocked.environment, timeout=PATIENCE, check=False,
    )  # fmt: skip
    os.close(keyboard)
    os.close(terminal)
    assert "Make them?" in done.stderr
    assert (done.returncode == 0) is changed
    assert bool(done.stdout) is changed
    assert ('"signed_in"' in said_to(stocked, "OLD-BADGE-1")) is not changed


def test_badges_are_not_shown_on_a_terminal(stocked: Tallyman) -> None:
    screen, terminal = pty.openpty()
    done = subprocess.run(
        stocked.command("sheet", "badges", "--yes"),
        stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE, text=True,
        env=stocked.environment, timeout=PATIENCE, check=False,
    )  # fmt: skip
    os.close(terminal)
    os.close(screen)
    assert done.returncode == 2
    assert "give --out FILE" in done.stderr


def test_labels_of_open_orders_come_in_the_order_in_which_they_are_due(stocked: Tallyman) -> None:
    said_to(stocked, "OLD-BADGE-1", "ORD-1", "SKU-A")
    done = stocked.run("sheet", "orders")
    assert codes_on(done.stdout) == ["ORD-2", "ORD-2", "ORD-3", "ORD-3"]
    verified = stocked.run("sheet", "orders", "--status", "verified")
    assert codes_on(verified.stdout) == ["ORD-1", "ORD-1"]
    assert "Söhne &amp; Co" in verified.stdout
    named = stocked.run("sheet", "orders", "ORD-3", "ORD-1")
    assert codes_on(named.stdout) == ["ORD-3", "ORD-3", "ORD-1", "ORD-1"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["orders", "ORD-9"], 1, "No order has the number ORD-9"),
        (["orders", "ORD-1", "--status", "pending"], 2, "not both"),
        (["orders", "--status", "shipped"], 1, "There is no such order"),
        (["commands", "--out", "nowhere/c.html"], 1, "Cannot write nowhere/c.html: No such file"),
    ],
)
def test_what_cannot_be_printed_is_said(
    stocked: Tallyman, arguments: list[str], code: int, says: str
) -> None:
    done = stocked.run("sheet", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_many_labels_as_svg_go_to_numbered_pages(tallyman: Tallyman) -> None:
    rows = "".join(f"ORD-{n:02},,,SKU,1\n" for n in range(9))
    head = CSV.partition("\n")[0]
    (tallyman.folder / "orders.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    tallyman.run("orders", "import", "orders.csv")
    assert tallyman.run("sheet", "orders", "--out", "o.svg").returncode == 0
    pages = sorted(path.name for path in tallyman.folder.glob("*.svg"))
    assert pages == ["o-1.svg", "o-2.svg"]
    found = [code for page in pages for _, code in read(drawn((tallyman.folder / page).read_text()))]
    assert sorted(set(found)) == [f"ORD-{n:02}" for n in range(9)]
    alone = tallyman.run("sheet", "orders", "--format", "svg")
    assert (alone.returncode, alone.stdout) == (2, "")


def test_printed_commands_are_carried_out(stocked: Tallyman) -> None:
    done = stocked.run("sheet", "commands")
    codes = codes_on(done.stdout)[::2]
    answers = said_to(stocked, "OLD-BADGE-1", *codes)
    assert answers.count('"command"') == len(codes)
