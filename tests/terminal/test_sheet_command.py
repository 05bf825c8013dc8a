"""Sheets of badges on disk: whole and private, or not there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.commands.common import Failure
from terminal.commands.sheet import _kept_private


def test_pages_get_their_names_once_the_badges_are_safe(tmp_path: Path) -> None:
    with _kept_private(tmp_path / "b.svg", ["one", "two"]):
        drafts = list(tmp_path.iterdir())
        assert sorted(path.read_text() for path in drafts) == ["one", "two"]
        assert not any(path.suffix == ".svg" for path in drafts)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "b-1.svg": "one",
        "b-2.svg": "two",
    }
    assert not any(path.stat().st_mode & 0o077 for path in tmp_path.iterdir())


def test_when_the_badges_are_not_made_nothing_of_their_sheet_stays(tmp_path: Path) -> None:
    with pytest.raises(LookupError), _kept_private(tmp_path / "b.html", ["secret"]):
        raise LookupError
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_cannot_get_its_name_is_said_and_nothing_of_it_stays(tmp_path: Path) -> None:
    folder = tmp_path / "b.html"
    folder.mkdir()
    with pytest.raises(Failure, match="The badges are new, but"), _kept_private(folder, ["secret"]):
        pass
    assert list(tmp_path.iterdir()) == [folder]
