"""A real Chromium, driven over its DevTools protocol; what its window shows is read from its WebSocket.

The page paints the screen on a canvas, so the bytes that came for it are drawn once more by a terminal
emulator that is not ours.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyte

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60.0
"""Seconds until a test gives up; nothing waits as long when all is well."""
HAND = 0.7
"""Seconds between two keys, or a read and a key; more than `idle_ms` of the stations in these tests."""
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-port=0", "--window-size=1200,800", "about:blank",
)  # fmt: skip


ENTER = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}


class Tab:
    """One page, its window's screen, and a keyboard."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session = ""
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._typed_at = 0.0
        self.windows = 0
        """WebSockets that the page has opened."""

    async def begin(self) -> None:
        """Attach to a new page."""
        target = await self.ask("Target.createTarget", url="about:blank")
        attached = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Network", "Page", "Runtime"):
            await self.ask(f"{domain}.enable")
        await self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser do something, and wait for its answer."""
        return await self._sent(method, parameters)

    def _sent(self, method: str, parameters: dict[str, Any]) -> asyncio.Future[dict[str, Any]]:
        self._number += 1
        answer = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._sending = asyncio.ensure_future(self._socket.send_str(json.dumps(message)))
        return answer

    async def listen(self) -> None:
        """Take in what the browser tells, until it ends."""
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                answer = self._answers.pop(told["id"])
                if "error" in told:
                    answer.set_exception(RuntimeError(str(told["error"])))
                else:
                    answer.set_result(told["result"])
            else:
                self._hear(told["method"], told["params"])

    def _hear(self, event: str, told: dict[str, Any]) -> None:
        if event == "Network.webSocketCreated":
            self.windows += 1
            sides = parse_qs(urlsplit(told["url"]).query)
            self.screen.resize(int(sides["height"][0]), int(sides["width"][0]))
        elif event == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif event == "Network.webSocketFrameSent" and told["response"]["payloadData"].startswith(
            '["resize"'
        ):
            size = json.loads(told["response"]["payloadData"])[1]
            self.screen.resize(size["height"], size["width"])

    async def has_keys(self) -> None:
        """Wait until the page's terminal has the keyboard."""
        while "xterm" not in str(await self.evaluate("document.activeElement.className")):
            pass

    async def scan(self, code: str) -> None:
        """Read a code with a scanner that gives its text at once, and Enter after it.

        A busy browser hands single keys on with pauses as long as a hand's, which the station rightly doubts.
        """
        await self.has_keys()
        await self._rest()
        await asyncio.gather(
            self._sent("Input.insertText", {"text": code}),
            *(self._sent("Input.dispatchKeyEvent", {"type": kind, **ENTER}) for kind in ("keyDown", "keyUp")),
        )
        self._typed_at = asyncio.get_running_loop().time()

    async def press(self, key: str, number: int, *, control: bool = False) -> None:
        """Press one key that is no character, such as F2, by its name and its Windows key code."""
        await self._rest()
        about = {"key": key, "code": key, "windowsVirtualKeyCode": number, "modifiers": 2 * control}
        for kind in ("rawKeyDown", "keyUp"):
            await self.ask("Input.dispatchKeyEvent", type=kind, **about)
        self._typed_at = asyncio.get_running_loop().time()

    async def _rest(self) -> None:
        """Leave the keys alone for longer than a read may pause, as a hand does that follows the screen."""
        while asyncio.get_running_loop().time() < self._typed_at + HAND:
            await self.evaluate("1")

    @property
    def text(self) -> str:
        """The window's screen as text."""
        return "\n".join(self.screen.display)

    async def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression is in the page."""
        found = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return found["result"].get("value")

    async def shows(self, *texts: str) -> None:
        """Wait until the window's screen shows all of these."""
        await self.until(lambda: all(text in " ".join(self.text.split()) for text in texts), texts)

    async def until(self, met: Callable[[], bool], why: object) -> None:
        """Wait until `met`."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while not met():
            assert asyncio.get_running_loop().time() < end, f"{why} never came:\n{self.text}"
            await self.ask("Browser.getVersion") if not self._session else await self.evaluate("1")


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Tab]:
    """A browser with a profile of its own, and one page in it."""
    assert PROGRAM is not None
    browser = await asyncio.create_subprocess_exec(
        PROGRAM,
        f"--user-data-dir={folder}",
        *_FLAGS,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert browser.stderr is not None
        address = ""
        async with asyncio.timeout(PATIENCE):
            while not address:
                line = (await browser.stderr.readline()).decode(errors="replace")
                assert line, "the browser ended"
                found = re.search(r"DevTools listening on (ws://\S+)", line)
                address = found[1] if found else ""
        drained = asyncio.create_task(browser.stderr.read())
        async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
            tab = Tab(socket)
            listening = asyncio.create_task(tab.listen())
            await tab.begin()
            yield tab
            await socket.close()
            await listening
        drained.cancel()
    finally:
        if browser.returncode is None:
            browser.kill()
        await browser.wait()
