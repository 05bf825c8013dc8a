"""`tallyman people`: people's time ends, PINs change, locks are undone, and the log says who did it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.ledger import reading
from tests.e2e.headless.program import Tallyman, objects

PIN, BADGE = "918273", "BADGE-4711"


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    """A ledger with Sue, a supervisor with a PIN, and Tom, whose last day is long over."""
    tallyman = Tallyman(tmp_path)
    assert (
        tallyman.run("people", "add", "Sue", "--role", "supervisor", "--pin", reads=f"{PIN}\n").returncode
        == 0
    )
    added = tallyman.run("people", "add", "Tom", "--badge", "--until", "2001-02-03", reads=f"{BADGE}\n")
    assert added.stdout == (
        "Tom is on the list as operator but may not sign in, for 2001-02-03 is over: `tallyman people enable`"
        " gives them another day.\n"
    )
    return tallyman


def states(tallyman: Tallyman) -> dict[str, tuple[str, str]]:
    listed = objects(tallyman.run("people", "list", "--json").stdout)
    return {each["name"]: (each["state"], each["until"]) for each in listed}


def noted(tallyman: Tallyman) -> list[tuple[str, str, str]]:
    """Person, code and reason of what the log says, newest first."""
    with reading(tallyman.data) as db:
        return db.execute("SELECT person, code, reason FROM events ORDER BY seq DESC").fetchall()


def test_the_list_says_who_is_active_expired_or_disabled(tallyman: Tallyman) -> None:
    assert states(tallyman) == {"Sue": ("active", ""), "Tom": ("expired", "2001-02-03")}
    assert tallyman.run("people", "disable", "sue").stdout == "Sue may not sign in any longer.\n"
    assert tallyman.run("people", "enable", "Tom").stdout == "Tom may sign in.\n"
    assert states(tallyman) == {"Sue": ("disabled", ""), "Tom": ("active", "")}
    shown = tallyman.run("people", "list").stdout.splitlines()
    assert [row.split() for row in shown] == [
        ["NAME", "ROLE", "BADGE", "PIN", "STATE", "UNTIL"],
        ["Sue", "supervisor", "no", "yes", "disabled"],
        ["Tom", "operator", "yes", "no", "active"],
    ]


def test_the_badge_of_somebody_whose_time_is_over_signs_nobody_in(tallyman: Tallyman) -> None:
    done = tallyman.run("scan", "--json", reads=f"{BADGE}\r")
    (refused,) = objects(done.stdout)
    assert (refused["verdict"], refused["raw"]) == ("not_signed_in", "")
    assert "the time of Tom ended on 2001-02-03" in refused["message"]
    again = tallyman.run("people", "enable", "Tom", "--until", "20010203").stdout
    assert again.startswith("Tom is on the list but may not sign in, for 2001-02-03 is over")
    enabled = tallyman.run("people", "enable", "Tom", "--until", "2091-01-01")
    assert enabled.stdout == "Tom may sign in until 2091-01-01.\n"
    (welcome,) = objects(tallyman.run("scan", "--json", reads=f"{BADGE}\r").stdout)
    assert welcome["verdict"] == "signed_in"


def test_every_change_is_on_the_log_with_who_made_it_and_no_digit_of_a_pin(tallyman: Tallyman) -> None:
    tallyman.run("people", "pin", "Tom", "--person", "Sue", reads=f"{PIN}\n4711\n")
    tallyman.run("people", "disable", "Tom", "--person", "Sue", reads=f"{PIN}\n")
    disabled, pin, tom, sue = noted(tallyman)
    assert disabled == (
        "Sue",
        "people disable Tom",
        "Tom may not sign in any longer. Done by Sue.",
    )
    assert pin == ("Sue", "people pin Tom", "Tom has a new PIN. Done by Sue.")
    assert (tom[:2], sue[:2]) == (("", "people add Tom"), ("", "people add Sue"))
    assert re.fullmatch(r"Sue may sign in as supervisor\. Done by .* of this computer\.", sue[2])
    assert tallyman.healthy()
    (accuracy,) = objects(tallyman.run("report", "accuracy", "--json").stdout)
    assert accuracy["reads"] == 0
    for path in tallyman.data.iterdir():
        assert not any(secret in path.read_bytes() for secret in (PIN.encode(), b"4711", BADGE.encode()))


@pytest.mark.parametrize(
    ("by", "given", "why"),
    [
        ("Sue", "000000\n", "Name or PIN is wrong: try again. Nothing was done.\n"),
        ("Nobody", f"{PIN}\n", "Name or PIN is wrong: try again. Nothing was done.\n"),
        ("Ana", "4711\n", "Ana is no supervisor, and one has to answer for this. Nothing was done.\n"),
        ("Lea", "123456\n", "The time of Lea ended on 2001-01-01: ask a supervisor. Nothing was done.\n"),
    ],
)
def test_nobody_but_a_supervisor_with_the_right_pin_answers_for_a_change(
    tallyman: Tallyman, by: str, given: str, why: str
) -> None:
    tallyman.run("people", "add", "Ana", "--pin", reads="4711\n")
    tallyman.run(
        "people", "add", "Lea", "--role", "supervisor", "--pin", "--until", "2001-01-01", reads="123456\n"
    )
    refused = tallyman.run("people", "disable", "Tom", "--person", by, reads=given)
    assert (refused.returncode, refused.stdout, refused.stderr) == (3, "", why)
    assert states(tallyman)["Tom"][0] == "expired"


def test_without_a_line_for_the_pin_nothing_is_done(tallyman: Tallyman) -> None:
    missing = tallyman.run("people", "disable", "Tom", "--person", "Sue")
    assert (missing.returncode, missing.stderr) == (
        2, "PIN of Sue is missing: standard input has no line for it; nothing was done.\n",
    )  # fmt: skip


def test_five_wrong_pins_lock_the_name_until_it_is_unlocked(tallyman: Tallyman) -> None:
    def attempt(pin: str) -> str:
        done = tallyman.run("people", "disable", "Tom", "--person", "Sue", reads=f"{pin}\n")
        assert (done.returncode, done.stdout) == (3, "")
        return done.stderr

    for _ in range(4):
        assert attempt("000000").startswith("Name or PIN is wrong")
    for pin in ("000000", PIN):
        assert attempt(pin).startswith("Too many wrong PINs for this name: wait")
    assert states(tallyman)["Sue"][0] == "locked"
    assert [code for _, code, _ in noted(tallyman)].count("PIN of Sue") == 5
    assert tallyman.run("people", "unlock", "Sue").stdout == "Sue may try again at once.\n"
    assert tallyman.run("people", "disable", "Tom", "--person", "Sue", reads=f"{PIN}\n").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("disable", "Nobody"), ""),
        (("enable", "Nobody"), ""),
        (("unlock", "Nobody"), ""),
        (("pin", "Nobody"), "4711\n"),
        (("pin", "Sue"), "4711\n"),
        (("enable", "Tom", "--until", "tomorrow"), ""),
        (("add", "Zoe", "--pin", "--until", "2031-02-30"), "4711\n"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    tallyman: Tallyman, arguments: tuple[str, ...], given: str
) -> None:
    before = states(tallyman)
    refused = tallyman.run("people", *arguments, reads=given)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert refused.stderr.endswith("nothing was changed.\n")
    assert states(tallyman) == before
