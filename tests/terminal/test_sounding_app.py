"""The station on the screen is heard: its reads start players, and it says when there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from terminal.app import StationApp
from terminal.clerk import News
from terminal.config import load
from terminal.station import Station
from terminal.view import View
from terminal.widgets.bars import TopBar
from tests.store.builders import ledger_with, order
from tests.terminal.builders import ANA, PATIENCE, reads
from tests.terminal.players import Stage
from verification.desk import Desk

SIZE = (140, 40)


def on_screen(folder: Path, act: Callable[[StationApp, Pilot[str]], Awaitable[None]]) -> None:
    """Open a station that holds one order, and act on it."""
    ledger_with(folder, order("ORD-1", ("SKU-A", 5))).close()
    shown: list[StationApp] = []

    def tell(news: News) -> None:
        shown[0].arrive(news)

    station = Station.open(load(None, {}), folder, tell=tell, person=ANA, sources=[])
    app = StationApp(station, View("Dock 1", Desk(ANA), sign_in=False))
    shown.append(app)

    async def run() -> None:
        async with app.run_test(size=SIZE) as pilot:
            await act(app, pilot)

    try:
        asyncio.run(run())
    finally:
        station.stop()


async def until(pilot: Pilot[str], condition: Callable[[], bool]) -> None:
    """Let the screen work until `condition` holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause()


def top_bar(app: StationApp) -> str:
    (row,) = app.screen.query_one(TopBar).paint(SIZE[0], 1)
    return "".join(text for text, _ in row)


def test_each_verdict_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Stage(tmp_path) as stage:
        stage.player("paplay")
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

        async def act(app: StationApp, pilot: Pilot[str]) -> None:
            await until(pilot, lambda: not stage.nothing_started())
            assert stage.started().sound == "silence"
            for read, sound in zip(
                reads("ORD-1", "SKU-A", "SKU-Z"), ("command", "good", "attention"), strict=True
            ):
                app.station.take(read)
                assert stage.started().sound == sound
            assert "No sound" not in top_bar(app)

        on_screen(tmp_path / "data", act)
        assert stage.nothing_started()


def test_a_blocked_screen_does_not_keep_a_sound_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Stage(tmp_path) as stage:
        stage.player("paplay")
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

        async def act(app: StationApp, pilot: Pilot[str]) -> None:
            await until(pilot, lambda: not stage.nothing_started())
            stage.started()
            app.station.take(reads("ORD-1")[0])
            assert stage.started().sound == "command"  # this wait holds the loop that paints
            assert app.view.last is None

        on_screen(tmp_path / "data", act)


def test_without_a_player_the_top_bar_says_so_and_a_refusal_rings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    async def act(app: StationApp, pilot: Pilot[str]) -> None:
        await until(pilot, lambda: app.view.silent)
        assert "× No sound" in top_bar(app)
        app.station.take(reads("SKU-A")[0])
        await until(pilot, lambda: app.view.last is not None)
        assert "× No sound" in top_bar(app)

    on_screen(tmp_path / "data", act)
