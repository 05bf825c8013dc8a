"""`tallyman doctor` on the station's sounds: it tries the players, for being installed is not playing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman, objects

SILENT = "refusals ring the terminal's bell, and good reads are silent."


@pytest.mark.parametrize(
    ("players", "state", "says"),
    [
        ({"aplay": 0}, "good", "aplay plays the station's sounds."),
        ({"paplay": 1, "aplay": 0}, "good", "aplay plays the station's sounds."),
        ({"paplay": 1, "aplay": 2}, "warning", f"paplay fails, aplay fails: {SILENT}"),
    ],
)
def test_players_are_tried(tallyman: Tallyman, players: dict[str, int], state: str, says: str) -> None:
    assert sound(tallyman, players) == (state, says)


def test_a_computer_without_players_is_a_warning(tallyman: Tallyman) -> None:
    state, says = sound(tallyman, {})
    assert state == "warning"
    assert says.startswith("there is none of ")
    assert says.endswith(SILENT)


def test_where_no_sound_can_be_written_the_doctor_goes_on(tallyman: Tallyman) -> None:
    tallyman.run("init")
    program = (
        "import sys, tempfile; from terminal.cli import main; tempfile.tempdir = '/nowhere'; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "doctor"],
        capture_output=True, text=True, check=False, timeout=PATIENCE,
        cwd=tallyman.folder, env=tallyman.environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the sounds cannot be written (No such file or directory)" in done.stdout


def sound(tallyman: Tallyman, players: dict[str, int]) -> tuple[str, str]:
    """The finding on a computer with these players, which end with these exit codes."""
    folder = tallyman.folder / "programs"
    folder.mkdir()
    for name, code in players.items():
        (folder / name).write_text(f'#!/bin/sh\ntest -s "$1" -o -s "$2" && exit {code}\nexit 9\n')
        (folder / name).chmod(0o700)
    (found,) = objects(tallyman.run("doctor", "--json", env={"PATH": str(folder)}).stdout)
    (finding,) = (each for each in found["findings"] if each["check"] == "sound")
    return finding["state"], finding["says"]
