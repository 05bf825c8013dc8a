"""`tallyman init`, `backup`, `doctor`, and what all commands have in common."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
from pathlib import Path

import click
import pytest

from terminal.cli import tallyman as tallyman_commands
from terminal.commands.numbers import Whole
from terminal.config import load
from tests.e2e.headless.program import PATIENCE, Tallyman, objects, order


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


def finding(tallyman: Tallyman, check: str, *arguments: str) -> tuple[int, str, str]:
    """The doctor's exit code, and how one thing was found."""
    done = tallyman.run("doctor", "--json", *arguments)
    (found,) = [each for each in objects(done.stdout)[0]["findings"] if each["check"] == check]
    return done.returncode, found["state"], found["says"]


def test_init_sets_up_once_and_changes_nothing_after(tallyman: Tallyman) -> None:
    first = tallyman.run("init")
    assert first.returncode == 0
    assert "scanners.toml written" in first.stdout
    assert load(tallyman.folder / "scanners.toml", {}).station.id == "dock-1"
    written = "# mine\n[station]\nid = 'dock-9'\n"
    (tallyman.folder / "scanners.toml").write_text(written)
    key = (tallyman.data / "station.key").read_bytes()
    second = tallyman.run("init")
    assert second.returncode == 0
    assert "stays as it is" in second.stdout
    assert (tallyman.folder / "scanners.toml").read_text() == written
    assert (tallyman.data / "station.key").read_bytes() == key


def test_the_file_that_init_writes_is_the_one_in_the_sources() -> None:
    root = Path(__file__).parents[2]
    assert (root / "terminal" / "scanners.toml").read_text() == (root / "scanners.toml").read_text()


def test_a_copy_is_made_and_nothing_overwritten(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    made = tallyman.run("backup", "copy.db")
    assert made.returncode == 0
    before = (tallyman.folder / "copy.db").read_bytes()
    again = tallyman.run("backup", "copy.db")
    assert (again.returncode, again.stderr) == (1, "copy.db exists already; name a new file for the copy.\n")
    assert (tallyman.folder / "copy.db").read_bytes() == before
    nowhere = tallyman.run("backup", "no/folder/copy.db")
    assert nowhere.returncode == 1, "nothing is wrong with the ledger"
    assert nowhere.stderr.startswith("Cannot copy the ledger to no/folder/copy.db: ")


def test_a_healthy_station(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    tallyman.scan("ORD-1", "SKU-A")
    assert tallyman.healthy()
    told = tallyman.run("doctor").stdout
    assert re.search(r"^✓ log: +2 events, each as it was written\.$", told, re.MULTILINE)
    assert re.search(r"^✓ lock: +no station runs on this ledger\.$", told, re.MULTILINE)


def spoil(tallyman: Tallyman, statement: str) -> None:
    db = sqlite3.connect(tallyman.data / "ledger.db")
    with db:
        db.execute(statement)
    db.close()


def test_a_projection_that_differs_is_found_and_drawn_anew(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    spoil(tallyman, "UPDATE lines SET counted = 1")
    code, state, says = finding(tallyman, "projections")
    assert (code, state) == (1, "bad")
    assert "says 1, the log says 0" in says
    assert "tallyman doctor --rebuild" in says
    assert finding(tallyman, "projections", "--rebuild")[:2] == (0, "good")
    assert tallyman.healthy()


def test_counts_that_the_log_lacks_are_not_thrown_away_unsaid(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    tallyman.scan("ORD-1", "SKU-A", "SKU-A")
    spoil(tallyman, "DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    code, state, says = finding(tallyman, "log")
    assert (code, state) == (1, "bad")
    assert "says 2, the log says 1: the newest events may have been cut off" in says
    code, state, says = finding(tallyman, "projections")
    assert (code, state) == (1, "bad")
    assert says.index("may have been cut off") < says.index("--rebuild")
    verified = tallyman.run("audit", "verify")
    assert (verified.returncode, verified.stdout) == (1, "")
    assert "(truncated)" in verified.stderr


HUGE = str(2**63)
NUMBERS = {
    ("orders", "list", "--limit"): "from 1 to 1000000000",
    ("review", "list", "--limit"): "from 1 to 1000000000",
    ("review", "adjust", "X", "--person", "Sue", "--to", "1", "--line"): "from 1 to 1000000",
    ("review", "adjust", "X", "--person", "Sue", "--line", "1", "--to"): "from 0 to 2147483647",
    ("codes", "teach", "X", "SKU-A", "--units"): "from 1 to 2147483647",
    ("orders", "create", "X", "--line", "SKU-A"): "from 1 to 2147483647",
    ("serve", "--port"): "from 0 to 65535",
}


@pytest.mark.parametrize("command", NUMBERS)
def test_a_number_that_nothing_can_hold_is_wrong_usage(tallyman: Tallyman, command: tuple[str, ...]) -> None:
    done = tallyman.run(*command, HUGE)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{HUGE} is not a whole number {NUMBERS[command]}: see tallyman" in done.stderr


def test_no_option_takes_a_number_without_bounds() -> None:
    waiting: list[click.Command] = [tallyman_commands]
    while waiting:
        command = waiting.pop()
        if isinstance(command, click.Group):
            context = click.Context(command)
            waiting += filter(None, (command.get_command(context, n) for n in command.list_commands(context)))
        for parameter in command.params:
            types = parameter.type.types if isinstance(parameter.type, click.Tuple) else [parameter.type]
            for kind in types:
                bounded = isinstance(kind, Whole) and None not in (kind.min, kind.max)
                assert bounded or kind.name not in {"integer", "integer range", "float", "float range"}, (
                    command.name,
                    parameter.name,
                )


def test_a_changed_log_is_damage(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    tallyman.scan("ORD-1", "SKU-A", "SKU-A")
    spoil(tallyman, "UPDATE events SET person = 'Bob' WHERE seq = 2")
    code, state, says = finding(tallyman, "log")
    assert (code, state) == (5, "bad")
    assert says.startswith("event 2 is not as it was written")


def test_a_text_with_flipped_bytes_is_damage(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    tallyman.scan("ORD-1", "SKU-A")
    spoil(tallyman, "UPDATE events SET person = CAST(x'416e61ff' AS TEXT) WHERE seq = 2")
    for command in (("orders", "show", "ORD-1"), ("audit", "verify"), ("audit", "export", "ORD-1")):
        done = tallyman.run(*command)
        assert (done.returncode, done.stdout) == (5, "")
        assert "is damaged (a text in it is not UTF-8); nothing was changed: keep the file" in done.stderr
    assert finding(tallyman, "ledger")[:2] == (5, "bad")
    spoil(tallyman, "UPDATE lines SET sku = CAST(x'416e61ff' AS TEXT)")
    torn = tallyman.run("scan", "--person", "Ana", reads="ORD-1\r")
    assert torn.returncode == 5
    assert "The ledger is damaged: not recorded; stop and call for help." in torn.stdout


def test_a_secret_that_others_can_read_or_that_is_gone(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    key = tallyman.data / "station.key"
    key.chmod(0o644)
    assert finding(tallyman, "secret")[:2] == (0, "warning")
    key.unlink()
    assert finding(tallyman, "secret")[:2] == (5, "bad")
    assert finding(tallyman, "log")[:2] == (5, "bad")


def test_a_clock_that_went_back(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    tallyman.scan("ORD-1")
    spoil(tallyman, "UPDATE events SET at = '2999-01-01T00:00:00.000Z'")
    assert finding(tallyman, "clock")[1] == "warning"


def test_a_wrong_configuration_is_a_finding_of_the_doctor_and_an_end_for_the_station(
    tallyman: Tallyman,
) -> None:
    tallyman.bring_in(order("ORD-1", A=2))
    (tallyman.folder / "scanners.toml").write_text("[policy]\nwrong_item = 'shout'\n")
    code, state, says = finding(tallyman, "configuration")
    assert (code, state) == (2, "bad")
    for arguments in (("scan", "--person", "Ana"), ("codes", "teach", "X", "SKU-A")):
        done = tallyman.run(*arguments)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{says}\n")


def test_without_a_ledger_there_is_nothing_to_read_and_none_is_made(tallyman: Tallyman) -> None:
    for arguments in (
        ("orders", "list"),
        ("codes", "list"),
        ("people", "list"),
        ("backup", "b"),
        ("doctor",),
    ):
        done = tallyman.run(*arguments)
        assert done.returncode == 5
        assert "There is no ledger in" in done.stdout + done.stderr
    assert not tallyman.data.exists()


# What all commands have in common


def test_every_command_that_is_listed_is_there(tallyman: Tallyman) -> None:
    told = tallyman.run("--help").stdout
    listed = re.findall(r"^  ([a-z]+)  ", told.split("Commands:")[1], re.MULTILINE)
    assert set(listed) >= {"run", "demo", "scan", "orders", "codes", "people", "backup", "doctor", "init"}
    script = f"from terminal import cli; print([cli.main([name, '--help']) for name in {listed!r}])"
    helped = subprocess.run(
        [tallyman.command()[0], "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tallyman.folder,
        env=tallyman.environment,
    )
    assert helped.stdout.splitlines()[-1] == str([0] * len(listed))


def test_the_common_options_may_stand_anywhere(tallyman: Tallyman) -> None:
    command = ["orders", "show", "ORD-1"]
    tallyman.bring_in(order("ORD-1", A=1))
    elsewhere = {"TALLYMAN_DATA": str(tallyman.folder / "nowhere")}
    data = ["--data", str(tallyman.data)]
    for position in range(len(command) + 1):
        done = tallyman.run(*command[:position], *data, *command[position:], env=elsewhere)
        assert done.returncode == 0, (position, done.stderr)
    wrong = ["--data", str(tallyman.folder / "wrong")]
    assert tallyman.run(*wrong, *command, *data, env=elsewhere).returncode == 0


def test_the_configuration_may_be_named(tallyman: Tallyman) -> None:
    (tallyman.folder / "mine.toml").write_text("[station]\nid = 'dock-9'\n")
    done = tallyman.run("--config", "mine.toml", "orders", "import", "-", "--format", "csv")
    assert done.returncode == 1
    tallyman.run("init", "--config", "mine.toml")
    tallyman.bring_in(order("ORD-1", A=1))
    assert tallyman.order("ORD-1")["station"]["id"] == "dock-9"
    for command in (
        ("scan",),
        ("orders", "list"),
        ("orders", "show", "ORD-1"),
        ("review", "list"),
        ("sync", "waiting"),
        ("report", "orders"),
        ("backup", "copy.db"),
    ):
        missing = tallyman.run(*command, "--config", "none.toml")
        assert (missing.returncode, missing.stdout) == (2, "")
        assert missing.stderr == "none.toml: there is no such file.\n"
    assert tallyman.run("init", "--config", "none.toml").returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ("orders", "show", "\udcff"),
        ("orders", "edit", "\udcff", "--notes", "x"),
        ("orders", "cancel", "ORD-1", "--reason", "\udcff"),
        ("orders", "list", "--search", "\udcff"),
        ("sync", "retry", "\udcff"),
        ("review", "show", "\udcff"),
        ("review", "list", "--search", "\udcff"),
        ("audit", "export", "\udcff"),
        ("sheet", "orders", "\udcff"),
        ("scanners", "test", "--order", "\udcff"),
    ],
)
def test_an_argument_that_is_no_text_is_wrong_usage(tallyman: Tallyman, command: tuple[str, ...]) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    done = tallyman.run(*map(os.fsencode, command))  # type: ignore[arg-type]
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "An argument holds bytes that are not UTF-8; nothing was done.\n"
    assert tallyman.order("ORD-1")["status"] == "pending"


@pytest.mark.parametrize("host", ["\udcff", "a" * 70])
def test_a_host_that_is_no_name_cannot_be_served(tallyman: Tallyman, host: str) -> None:
    done = tallyman.run("serve", "--host", os.fsencode(host))  # type: ignore[arg-type]
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(": that is no name of a host.\n")


def test_a_path_may_be_any_bytes(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    (tallyman.folder / "b\udcff.json").write_text(json.dumps([order("ORD-2", A=1)]))
    (tallyman.folder / "c\udcff.toml").write_text("")
    for command in (
        ("orders", "import", "b\udcff.json"),
        ("orders", "list", "--config", "c\udcff.toml"),
        ("init", "--data", "d\udcff"),
        ("orders", "list", "--data", "d\udcff"),
        ("audit", "export", "ORD-1", "--html", "e\udcff.html"),
        ("sheet", "commands", "--out", "f\udcff.html"),
        ("backup", "g\udcff"),
    ):
        done = tallyman.run(*map(os.fsencode, command))  # type: ignore[arg-type]
        assert (done.returncode, done.stderr) == (0, ""), command


def test_wrong_usage_names_the_help_of_its_own_command(tallyman: Tallyman) -> None:
    for command, said in (
        (("orders", "create", "A", "--line", "A"), "tallyman orders create"),
        (("orders", "list", "--search"), "tallyman orders list"),
        (("orders", "--data"), "tallyman orders"),
    ):
        done = tallyman.run(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith(f": see {said} --help.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["frob"],
        ["orders"],
        ["orders", "frob"],
        ["scan", "--nope"],
        ["codes", "teach", "X"],
        ["\x1b[2J"],
    ],
)
def test_wrong_usage_is_one_printable_sentence(tallyman: Tallyman, arguments: list[str]) -> None:
    done = tallyman.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("--help.\n")
    assert done.stderr.rstrip("\n").isprintable()


def test_help_and_the_station_itself_start_without_what_they_do_not_need(tallyman: Tallyman) -> None:
    heavy = ("sqlite_utils", "httpx", "biip", "msgspec", "textual", "argon2", "serial")
    script = (
        "import sys; from terminal import cli; cli.main(['--help']); cli.main(['--version']);"
        f" print([name for name in {heavy!r} if name in sys.modules])"
    )
    command = [tallyman.command()[0], "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=tallyman.folder, env=tallyman.environment
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_fault_of_tallyman_is_a_sentence_and_a_log_without_secrets(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    spoil(tallyman, "INSERT INTO slots VALUES ((SELECT id FROM orders), 'x', '{broken', 0)")
    done = tallyman.run("audit", "export", "ORD-1", "--json", env={"TALLYMAN_API_KEY": "sk_live_sesame"})
    log = tallyman.data / "faults.log"
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Tallyman stopped on JSONDecodeError; this is a fault in Tallyman; the details are in {log}.\n"
    )
    assert "order_number" not in done.stderr
    assert "in of_order" in log.read_text()
    assert "sk_live_sesame" not in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_reader_that_goes_away_ends_a_command_quietly(tallyman: Tallyman) -> None:
    tallyman.bring_in(order("ORD-1", A=1))
    read_end, write_end = os.pipe()
    os.close(read_end)
    for arguments in (("orders", "list"), ("orders", "show", "ORD-1", "--json"), ("--help",), ("doctor",)):
        done = subprocess.run(
            tallyman.command(*arguments),
            stdout=write_end,
            stderr=subprocess.PIPE,
            check=False,
            cwd=tallyman.folder,
            env=tallyman.environment,
            timeout=PATIENCE,
        )
        assert (done.returncode, done.stderr) == (141, b"")
    os.close(write_end)


def test_where_there_is_no_terminal_the_station_says_so(tallyman: Tallyman) -> None:
    for arguments in ((), ("run",), ("demo",)):
        done = tallyman.run(*arguments)
        assert done.returncode == 2
        assert done.stderr == "The station needs a terminal; where there is none, use `tallyman scan`.\n"
