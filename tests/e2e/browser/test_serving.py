"""The station in a real browser: scanned at, looked at beside a station, and closed to strangers."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.browser.chromium import PATIENCE, PROGRAM, Tab, chromium
from tests.e2e.headless.program import Tallyman, order

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this computer")

FILE = """
[policy]
sign_in = false
[[scanner]]
id = "keyboard"
kind = "wedge"
framing = { suffix = ["\\r"], idle_ms = 500, max_len = 512 }
duplicate_ms = 0
"""
F2, F3 = ("F2", 113), ("F3", 114)


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    (tmp_path / "scanners.toml").write_text(FILE)
    tallyman = Tallyman(tmp_path)
    tallyman.bring_in(order("ORD-1", A=2, B=1), order("ORD-2", C=1))
    return tallyman


class Server:
    """`tallyman serve` while it runs."""

    def __init__(self, tallyman: Tallyman, *options: str) -> None:
        self.process = tallyman.start("serve", "--port", "0", *options)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        found = re.search(r"Open (http://\S+) in a browser", line)
        if found is None:
            assert self.process.stderr is not None
            pytest.fail(line + self.process.stderr.read().decode())
        self.address = found[1]

    def end(self) -> str:
        """End it as Ctrl-C does; what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said
        return said.decode()


@pytest.fixture
def serving(tallyman: Tallyman) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*options: str) -> Server:
        servers.append(Server(tallyman, *options))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()


def browsing(folder: Path, act: Callable[[Tab], Awaitable[None]]) -> None:
    """Do something with one page."""

    async def run() -> None:
        async with chromium(folder / "profile") as tab:
            await act(tab)

    asyncio.run(run())


def test_codes_scanned_into_the_browser_are_counted_by_the_station_in_it(
    tallyman: Tallyman, serving: Callable[..., Server], tmp_path: Path
) -> None:
    server = serving()

    async def act(tab: Tab) -> None:
        await tab.ask("Page.navigate", url=server.address)
        await tab.shows("ORD-1", "ORD-2", "× No sound")
        await tab.scan("ORD-1")
        await tab.shows("Order ORD-1 is open")
        await tab.scan("SKU-A")
        await tab.shows("SKU-A: 1 of 2.")
        await tab.press(*F3)
        await tab.shows("Taken back: 1 × SKU-A")
        await tab.scan("SKU-A")
        await tab.shows("SKU-A: 1 of 2.")

    browsing(tmp_path, act)
    assert server.end() == ""
    items = tallyman.order("ORD-1")["items"]
    assert [item["verified_quantity"] for item in items] == [1, 0]
    assert tallyman.healthy()


def test_beside_a_running_station_a_window_looks_on_and_writes_nothing(
    tallyman: Tallyman, serving: Callable[..., Server], tmp_path: Path
) -> None:
    bench = tallyman.start("scan", "--person", "Ana", "--json")
    assert bench.stdin is not None
    assert bench.stdout is not None
    bench.stdin.write(b"ORD-1\r")
    bench.stdout.readline()
    server = serving()

    async def act(tab: Tab) -> None:
        assert bench.stdin is not None
        await tab.ask("Page.navigate", url=server.address)
        await tab.shows("◇ Read only", "ORD-1", "ORD-2")
        await tab.scan("ORD-1")
        await tab.shows("SKU-A", "0/3")
        bench.stdin.write(b"SKU-A\r")
        await tab.shows("1/3")
        await tab.scan("SKU-A")
        await tab.shows("That is no order's number. This window only shows what is there")
        await tab.press("o", 79, control=True)
        await tab.shows("F5 Replay Esc Back", "1/3 units")
        await tab.press("F5", 116)
        await tab.shows("PgUp PgDn 10 steps")
        await tab.press("Escape", 27)
        await tab.shows("F5 Replay Esc Back")
        await tab.press("Escape", 27)
        await tab.shows("F2 Orders F3 Undo")
        await tab.press(*F3)
        await tab.until(lambda: "This window" in tab.text and "no order's" not in tab.text, "a refusal")
        await tab.press(*F2)
        await tab.shows("Choose an order to look at it")
        await tab.press("r", 82, control=True)
        await tab.shows("A-Z Search Esc Back")

    browsing(tmp_path, act)
    bench.communicate(timeout=PATIENCE)
    assert server.end() == ""
    shown = tallyman.order("ORD-1")
    assert [item["verified_quantity"] for item in shown["items"]] == [1, 0]
    assert tallyman.healthy()


def test_a_window_that_is_closed_gives_the_ledger_back(
    tallyman: Tallyman, serving: Callable[..., Server], tmp_path: Path
) -> None:
    server = serving()

    async def act(tab: Tab) -> None:
        await tab.ask("Page.navigate", url=server.address)
        await tab.shows("ORD-1")
        assert tallyman.run("orders", "cancel", "ORD-2").returncode == 5
        await tab.ask("Page.navigate", url="about:blank")
        end = asyncio.get_running_loop().time() + PATIENCE
        while (await asyncio.to_thread(tallyman.run, "orders", "cancel", "ORD-2")).returncode:
            assert asyncio.get_running_loop().time() < end

    browsing(tmp_path, act)
    assert server.end() == ""


def test_with_a_token_the_address_shown_opens_the_station_once_and_the_cookie_from_then_on(
    serving: Callable[..., Server], tmp_path: Path
) -> None:
    server = serving("--token", "correct-horse-battery", "--read-only")
    assert server.address.endswith("/?token=correct-horse-battery")
    bare = server.address.partition("?")[0]

    async def act(tab: Tab) -> None:
        await tab.ask("Page.navigate", url=bare)
        while "with its token" not in str(await tab.evaluate("document.body.innerText")):
            pass
        assert tab.windows == 0
        await tab.ask("Page.navigate", url=server.address)
        await tab.shows("◇ Read only", "ORD-1")
        assert await tab.evaluate("location.search + document.cookie") == ""
        await tab.ask("Page.navigate", url=bare)
        await tab.until(lambda: tab.windows == 2, "another window")
        await tab.shows("ORD-1")

    browsing(tmp_path, act)
    server.end()


def test_a_page_of_another_origin_cannot_open_the_station(
    serving: Callable[..., Server], tmp_path: Path
) -> None:
    server = serving()
    socket = server.address.replace("http", "ws", 1) + "ws?width=80&height=24"

    async def act(tab: Tab) -> None:
        await tab.ask("Page.navigate", url="data:text/html,<title>elsewhere</title>")
        await tab.evaluate(
            f"window.ended = null; const s = new WebSocket('{socket}');"
            "s.onopen = () => window.ended = 'open'; s.onerror = () => window.ended = 'refused'; 1"
        )
        while (ended := await tab.evaluate("window.ended")) is None:
            pass
        assert ended == "refused"

    browsing(tmp_path, act)
    assert server.end() == ""
