"""A file of orders is chosen by keys, shown before anything is written, and not imported by Enter alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.ledger import Ledger
from terminal import order_file
from terminal.importing import Import, Part
from terminal.order_file import Abandoned, Entry, FileRead, Files, Listing
from terminal.widgets.importing import rows
from tests.store.builders import ledger_with, order
from tests.verification.builders import ANA, SUE

HERE = Listing(
    "",
    "/exports",
    (
        Entry("orders.csv", size=900),
        Entry("orders.csv.json", size=1_500),
        Entry(".old.csv"),
        Entry("Monday", is_folder=True),
    ),
)
TWO = (order("ORD-8", ("SKU-A", 3)), order("ORD-9", ("SKU-A", 1), ("SKU-B", 2)))
HEADER = "order_number,sku_code,quantity"


def begun(**more: object) -> Import:
    return Import(SUE, **more).listed(HERE)  # type: ignore[arg-type]


def typed(asked: Import, text: str) -> Import:
    for character in text:
        asked = asked.took(character)
    return asked


def names(asked: Import) -> list[str]:
    return [each.name for each in asked.candidates]


def shown(asked: Import, height: int = 18) -> str:
    painted = rows(asked, 76, height)
    assert len(painted) <= height
    return "\n".join("".join(piece for piece, _ in row) for row in painted)


# Which file


def test_what_is_typed_narrows_what_can_be_chosen() -> None:
    asked = begun()
    assert names(asked) == ["orders.csv", "orders.csv.json", "Monday", ".."]
    assert names(typed(asked, "ORD")) == ["orders.csv", "orders.csv.json"]
    assert names(typed(asked, "m")) == ["Monday"]
    assert names(typed(asked, ".")) == [".old.csv", ".."]
    assert names(typed(asked, "orders.csv.json")) == ["orders.csv.json"]


def test_enter_reads_the_chosen_file_or_else_the_path_as_it_is_typed() -> None:
    assert begun().moved(1).entered().file == "orders.csv.json"
    assert typed(begun(), "orders.csv").entered().file == "orders.csv"
    nowhere = typed(begun(), "nowhere.csv").entered()
    assert (nowhere.part, nowhere.file) == (Part.READ, "nowhere.csv")
    assert Import(SUE).entered().notice == "Type the path of a file, then Enter."


def test_a_folder_is_gone_into_and_out_of() -> None:
    inside = typed(begun(), "mon").entered()
    assert (inside.part, inside.typed, inside.wanted) == (Part.FILE, "Monday/", "Monday/")
    inside = inside.listed(Listing("Monday/", "/exports/Monday", (Entry("late.csv"),)))
    assert (inside.wanted, names(inside)) == (None, ["late.csv", ".."])
    assert inside.entered().file == "Monday/late.csv"
    assert inside.moved(1).entered().typed == ""


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("", "../"),
        ("../", "../../"),
        ("a/b/", "a/"),
        ("/a/", "/"),
        ("/", "/"),
        ("~/", "~/../"),
        ("./", "./../"),
    ],
)
def test_the_folder_above(folder: str, above: str) -> None:
    asked = Import(SUE, typed=folder).listed(Listing(folder, "/x"))
    assert asked.entered().typed == above


def test_a_path_that_turns_out_to_be_a_folder_is_listed() -> None:
    asked = Import(SUE, typed="exports").entered().read(FileRead("exports", is_folder=True))
    assert (asked.part, asked.typed, asked.wanted) == (Part.FILE, "exports/", "exports/")


def test_what_comes_too_late_changes_nothing() -> None:
    left = begun().entered().back()
    assert left is not None
    assert left.read(FileRead("orders.csv", TWO)) == left
    assert typed(left, "x/").listed(HERE) == typed(left, "x/")
    other = typed(begun(), "b.csv").entered()
    assert other.read(FileRead("orders.csv", TWO)).part is Part.READ


def test_what_there_is_to_choose_from_is_said_also_where_there_is_nothing() -> None:
    assert "no folder here goes on like that" in shown(typed(begun(), "zz"))
    assert "No .json or .csv file is here" in shown(Import(SUE).listed(Listing("", "/exports")))
    gone = Import(SUE, typed="gone/").listed(Listing("gone/", "/gone", refusal="/gone cannot be listed."))
    assert "/gone cannot be listed." in shown(gone)
    assert "▸ ../" in shown(gone)
    many = Listing("", "/exports", HERE.entries, left_out=7)
    assert "and 7 more that are not listed" in shown(Import(SUE).listed(many))


# What it would bring in, and who agrees


def test_what_a_file_would_bring_in_is_shown_before_anybody_agrees() -> None:
    asked = begun().entered().read(FileRead("orders.csv", TWO))
    assert "orders.csv: 2 orders, 3 lines, 6 units" in shown(asked)
    assert "ORD-9" in shown(asked)
    assert "Orders API" not in shown(asked)
    assert (asked.entered(), asked.confirmed().part) == (asked, Part.WAIT)
    known = begun(connected=True).entered().read(FileRead("orders.csv", TWO))
    assert "The Orders API has to have them already" in shown(known)


def test_of_many_orders_the_first_are_shown_and_the_others_can_be_reached() -> None:
    many = tuple(order(f"ORD-{n}", ("SKU-A", 1)) for n in range(100, 200))
    asked = begun().entered().read(FileRead("orders.csv", many))
    assert "ORD-112" in shown(asked)
    assert "and 87 more" in shown(asked)
    assert "ORD-199" in shown(asked.moved(1_000))
    assert "more" not in shown(asked.moved(1_000))


def test_anybody_else_needs_a_supervisor_and_a_refusal_goes_back_to_what_is_shown() -> None:
    asked = Import(ANA, listing=HERE).entered().read(FileRead("orders.csv", TWO)).confirmed()
    assert asked.part is Part.APPROVE
    asked = typed(typed(asked, "Sue").entered(), "271828").entered()
    assert asked.waits
    assert asked.back() == asked
    asked = asked.refused("Name or PIN is wrong.")
    assert (asked.part, asked.orders, asked.notice) == (Part.CONFIRM, TWO, "Name or PIN is wrong.")


def test_a_file_with_faults_is_told_and_can_be_read_again() -> None:
    faults = tuple(f"bad.csv: line {n}: quantity is 0" for n in range(1, 21))
    asked = typed(begun(), "bad.csv").entered().read(FileRead("bad.csv", faults=faults))
    assert "bad.csv cannot be imported" in shown(asked)
    assert "bad.csv: line 1: quantity is 0" in shown(asked)
    assert "bad.csv: line 20: quantity is 0" in shown(asked.moved(10))
    assert asked.confirmed() == asked
    assert asked.entered().read(FileRead("bad.csv", TWO)).part is Part.CONFIRM
    refused = asked.entered().read(FileRead("bad.csv", refusal="bad.csv: it cannot be read."))
    assert (refused.part, refused.typed, refused.notice) == (
        Part.FILE,
        "bad.csv",
        "bad.csv: it cannot be read.",
    )
    assert refused.listed(HERE).notice == "bad.csv: it cannot be read."


@given(
    st.lists(
        st.sampled_from(["enter", "erase", "back", "down", "o", "/", ".", "\u202e", "緑", "["]), max_size=30
    )
)
def test_enter_alone_imports_nothing_whatever_is_typed(keys: list[str]) -> None:
    asked = Import(ANA)
    for key in keys:
        if asked.wanted is not None:
            asked = asked.listed(
                Listing(asked.wanted, "/\x1b[2J", (Entry("o\u202e[b].csv"), Entry("o", True)))
            )
        match key:
            case "enter":
                asked = asked.entered().read(FileRead(asked.entered().file, TWO))
            case "erase":
                asked = asked.erased()
            case "back":
                asked = asked.back() or asked
            case "down":
                asked = asked.moved(1)
            case _:
                asked = asked.took(key)
        assert asked.part not in (Part.WAIT, Part.APPROVE)
        assert not {"\u202e", "\x1b"} & set(shown(asked))


# Files as they are


def never() -> None:
    pass


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ledger_with(tmp_path / "data", order("ORD-1", ("SKU-A", 1))).close()
    return tmp_path / "data"


def read(path: Path | str, data: Path, before_each: Callable[[], None] = never) -> FileRead:
    return order_file.read(str(path), data, before_each)


def test_a_folder_shows_files_of_orders_newest_first_then_folders(tmp_path: Path) -> None:
    for at, name in enumerate(["old.csv", "new.JSON", "notes.txt"]):
        (tmp_path / name).write_text("x" * at)
        os.utime(tmp_path / name, (at, at))
    (tmp_path / "b").mkdir()
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "gone.csv").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    found = order_file.listing(f"{tmp_path}/")
    assert [each.name for each in found.entries] == ["new.JSON", "old.csv", "a.csv", "b"]
    assert found.where == str(tmp_path)


@pytest.mark.parametrize(
    "folder", ["nowhere/", "file.csv/", "x\udcff/", "a" * 300 + "/", "~nobody-has-this-name/"]
)
def test_a_folder_that_cannot_be_listed_says_why(folder: str, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("")
    found = order_file.listing(folder if folder.startswith("~") else f"{tmp_path}/{folder}")
    assert (found.entries, found.refusal[-2:]) == ((), ").")
    assert " cannot be listed (" in found.refusal


def test_what_is_no_readable_file_of_orders_is_told_in_a_sentence(tmp_path: Path, data: Path) -> None:
    (tmp_path / "orders.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.csv")
    told = {
        name: read(tmp_path / name, data).refusal.removeprefix(str(tmp_path))
        for name in ("no\x1b[2J.csv", "orders.txt", "pipe.csv", "a" * 300 + ".csv")
    }
    assert told["no\x1b[2J.csv"].endswith(
        "[2J.csv: it cannot be read (No such file or directory); nothing was taken."
    )
    assert told["orders.txt"] == "/orders.txt: its name has to end in .json or .csv; nothing was taken."
    assert told["pipe.csv"] == "/pipe.csv: it is a pipe or a device, no file; nothing was taken."
    assert "(File name too long)" in told["a" * 300 + ".csv"]
    assert all(each.isprintable() for each in told.values())
    assert (
        read("/dev/zero", data).refusal == "/dev/zero: it is a pipe or a device, no file; nothing was taken."
    )
    assert read(tmp_path, data).is_folder
    assert read("~/", data).is_folder


def test_a_file_that_cannot_be_read_to_its_end_is_told(tmp_path: Path, data: Path) -> None:
    (tmp_path / "orders.csv").symlink_to("/proc/self/mem")  # opens, and gives nothing, whoever reads it
    assert "orders.csv: it cannot be read (Input/output error)" in read(tmp_path / "orders.csv", data).refusal


def test_a_file_that_is_too_long_is_told(tmp_path: Path, data: Path) -> None:
    with (tmp_path / "long.csv").open("wb") as file:
        file.truncate(order_file.MOST_BYTES + 1)
    assert "it has more than 32 MB" in read(tmp_path / "long.csv", data).refusal


def test_faults_and_orders_that_are_known_are_told_as_the_command_line_tells_them(
    tmp_path: Path, data: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{HEADER}\n" + "ORD-2,SKU-A,0\n" * 30)
    found = read(file, data)
    assert found.faults[0] == f"{file}: line 2: quantity is 0: must be a whole number from 1 to 2147483647"
    assert found.faults[20:] == ("and 10 more", f"{file}: nothing was taken.")
    file.write_bytes(f"{HEADER}\nORD-2,SKU-\xe9,1\n".encode("latin-1"))
    assert read(file, data).faults[0] == f"{file}: line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"
    file.write_text(f"{HEADER}\nORD-2,SKU-A,1\nORD-1,SKU-A,1\n")
    assert read(file, data).refusal == "Order ORD-1 is in the ledger already; nothing was imported."
    file.write_text(f"{HEADER}\nORD-2,SKU-A,1\n")
    assert [each.order_number for each in read(file, data).orders] == ["ORD-2"]


def test_reading_ends_when_nobody_waits_for_it_and_goes_on_slowly_while_a_read_waits(
    tmp_path: Path, data: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"{HEADER}\nORD-2,SKU-A,1\n")
    stop, free = threading.Event(), threading.Event()
    files = Files(data, free)
    assert files.read(str(file), stop).orders
    stop.set()
    with pytest.raises(Abandoned):
        files.read(str(file), stop)


def test_a_ledger_is_only_read(tmp_path: Path, data: Path) -> None:
    held = Ledger.open(data)
    (tmp_path / "orders.csv").write_text(f"{HEADER}\nORD-2,SKU-A,1\n")
    assert read(tmp_path / "orders.csv", data).orders
    held.close()
