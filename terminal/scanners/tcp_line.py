"""A scanner on the network: the station connects to it or to its gateway, or waits for it to connect.

A host name is looked up anew for each attempt, which may take seconds where the network is down; a number
is not. A cable that is pulled sends no farewell: the system asks after `_KEEP_ALIVE` and gives up soon after.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from typing import TYPE_CHECKING

from terminal.scanners.dialogue import PlainDialogue
from terminal.scanners.line import TICK, LineLostError, NoLineError
from terminal.scanners.line_source import LineSource
from terminal.scanners.settings_file import host_and_port
from terminal.scanners.source import LinkState

if TYPE_CHECKING:
    from terminal.scanners.line import Connector
    from terminal.scanners.settings import ScannerSettings

_LONGEST_CONNECT = 3.0
"""Seconds until an attempt to connect is given up."""
_LONGEST_WRITE = 1.0
_MOST_AT_ONCE = 65_536
_KEEP_ALIVE = {"TCP_KEEPIDLE": 1, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3}
"""Seconds of silence, seconds between questions, questions without answer."""
_BEGUN = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})


class TcpSource(LineSource):
    """One scanner on the network, with plain bytes."""

    def __init__(self, settings: ScannerSettings) -> None:
        connector: Connector
        if settings.listen is not None:
            connector = Listener(settings.listen)
        else:
            connector = Caller(settings.address or "")
        super().__init__(settings.id, connector, PlainDialogue(settings.framing, settings.feedback))


class TcpLine:
    """A connected socket. Implements `Line`."""

    def __init__(self, connection: socket.socket, name: str) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _KEEP_ALIVE.items():
            if hasattr(socket, option):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        self._connection = connection
        self.name = name
        self.lost = (
            f"The connection with {name} ended: look at the scanner or its gateway, and at the network."
        )

    def read(self) -> bytes:
        """Wait for the first bytes and take all that are there."""
        try:
            if not select.select([self._connection], [], [], TICK)[0]:
                return b""
            data = self._connection.recv(_MOST_AT_ONCE)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise LineLostError(str(error)) from error
        if not data:
            raise LineLostError("the other side closed the connection")
        return data

    def write(self, data: bytes) -> bool:
        """Send; what the other side does not take within a second is dropped."""
        end = time.monotonic() + _LONGEST_WRITE
        try:
            while data and (left := end - time.monotonic()) > 0:
                if select.select([], [self._connection], [], left)[1]:
                    data = data[self._connection.send(data) :]
        except (OSError, ValueError) as error:
            raise LineLostError(str(error)) from error
        return not data

    def close(self) -> None:
        """Close the socket."""
        self._connection.close()


class Caller:
    """Connects to a scanner or gateway at `host:port`. Implements `Connector`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._attempt: socket.socket | None = None
        self._until = 0.0

    def connect(self) -> TcpLine:
        """Go on with the attempt, a tick at a time. Raises NoLineError."""
        attempt = self._attempt or self._begin()
        ready = select.select([], [attempt], [attempt], TICK)
        if not any(ready):
            if time.monotonic() < self._until:
                raise NoLineError(LinkState.STARTING, "", retry_now=True)
            self.close()
            raise self._silent()
        self._attempt = None
        if code := attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            attempt.close()
            raise self._refused(code)
        return TcpLine(attempt, self._address)

    def close(self) -> None:
        """Give an attempt up."""
        if self._attempt is not None:
            self._attempt.close()
            self._attempt = None

    def _begin(self) -> socket.socket:
        host, port = host_and_port(self._address) or ("", 0)
        try:
            family, kind, protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except (OSError, UnicodeError):
            raise NoLineError(
                LinkState.DISCONNECTED,
                f"The network knows no {host}: correct address in scanners.toml, or look at the network.",
            ) from None
        attempt = socket.socket(family, kind, protocol)
        attempt.setblocking(False)
        code = attempt.connect_ex(place)
        if code not in _BEGUN:
            attempt.close()
            raise self._refused(code)
        self._attempt, self._until = attempt, time.monotonic() + _LONGEST_CONNECT
        return attempt

    def _refused(self, code: int) -> NoLineError:
        if code == errno.ECONNREFUSED:
            return NoLineError(
                LinkState.DISCONNECTED,
                f"Nothing listens at {self._address}: switch the scanner or its gateway on, or correct "
                "address in scanners.toml.",
            )
        return self._silent()

    def _silent(self) -> NoLineError:
        return NoLineError(
            LinkState.DISCONNECTED,
            f"Nothing answers at {self._address}: look at the network, or correct address in scanners.toml.",
        )


class Listener:
    """Waits at `host:port` for one scanner to connect. Implements `Connector`.

    One connection is served at a time. Its socket is closed while a scanner is connected, so that a second
    one is refused instead of waiting unheard.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def connect(self) -> TcpLine:
        """Take the scanner that has connected. Raises NoLineError."""
        listening = self._socket or self._begin()
        try:
            if not select.select([listening], [], [], TICK)[0]:
                raise NoLineError(
                    LinkState.DISCONNECTED,
                    f"No scanner has connected to {self._address} yet: see that it is set to this computer.",
                    retry_now=True,
                )
            connection, place = listening.accept()
        except OSError as error:  # it hung up between knocking and being let in
            raise NoLineError(LinkState.DISCONNECTED, "", retry_now=True) from error
        self.close()
        return TcpLine(connection, f"{self._address} from {place[0]}")

    def close(self) -> None:
        """Wait no more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _begin(self) -> socket.socket:
        host, port = host_and_port(self._address) or ("", 0)
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            self._socket = socket.create_server((host, port), family=family, backlog=1)
        except OSError as error:
            why = (
                "another program has the port"
                if error.errno == errno.EADDRINUSE
                else "the address is not this computer's, or the port is not free to use"
            )
            sentence = (
                f"The station cannot listen at {self._address}, for {why}: correct listen in scanners.toml."
            )
            raise NoLineError(LinkState.FAILED, sentence) from None
        return self._socket
