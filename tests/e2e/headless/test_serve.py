"""`tallyman serve` without a browser: where it listens, what it says, and whom it turns away."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.headless.program import PATIENCE, Tallyman, order


@pytest.fixture
def tallyman(tmp_path: Path) -> Tallyman:
    return Tallyman(tmp_path)


@pytest.fixture
def served(tallyman: Tallyman) -> Iterator[list[subprocess.Popen[bytes]]]:
    servers: list[subprocess.Popen[bytes]] = []
    yield servers
    for server in servers:
        server.kill()
        server.communicate()


def get(port: int, path: str = "/", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one GET."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def start(served: list[subprocess.Popen[bytes]], tallyman: Tallyman, *options: str) -> tuple[int, str]:
    """A server's port and the address that it shows."""
    served.append(tallyman.start("serve", "--port", "0", *options))
    assert served[-1].stdout is not None
    line = served[-1].stdout.readline().decode()
    found = re.fullmatch(r"Open (http://[^:]+:(\d+)/\S*) in a browser; Ctrl-C ends it\.\n", line)
    assert found is not None, line
    return int(found[2]), found[1]


def test_on_this_computer_no_token_is_wanted_and_no_other_name_is_answered(
    served: list[subprocess.Popen[bytes]], tallyman: Tallyman
) -> None:
    port, address = start(served, tallyman)
    assert address == f"http://127.0.0.1:{port}/"
    status, headers, page = get(port)
    assert (status, "<title>Tallyman</title>" in page) == (200, True)
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "://" not in page.replace('"ws://"', "").replace('"wss://"', "")
    assert get(port, Host="rebound.example")[0] == 403
    assert get(port, "/ws", Origin="http://evil.example")[0] == 403
    assert get(port, "/static/js/textual.js")[0] == 200
    served[0].send_signal(signal.SIGTERM)
    _, said = served[0].communicate(timeout=PATIENCE)
    assert (served[0].returncode, said) == (0, b"")


def test_elsewhere_a_token_is_made_and_shown_once_with_a_warning(
    served: list[subprocess.Popen[bytes]], tallyman: Tallyman
) -> None:
    port, address = start(served, tallyman, "--host", "0.0.0.0")
    token = address.partition("?token=")[2]
    assert len(token) == 43
    for path in ("/", f"/?token={token[:-1]}x", "/ws", "/static/js/textual.js"):
        status, _, body = get(port, path)
        assert (status, body) == (403, "Open the whole address that `tallyman serve` showed, with its token.")
    status, headers, _ = get(port, f"/?token={token}")
    assert (status, headers["Location"]) == (303, "/")
    cookie = headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", token))
    assert get(port, Cookie=cookie.partition(";")[0])[0] == 200
    served[0].send_signal(signal.SIGINT)
    _, said = served[0].communicate(timeout=PATIENCE)
    assert b"This is plain http" in said
    assert token.encode() not in said


@pytest.mark.parametrize("token", ["short", "with blanks in the middle", "ümläute-ümläute-ümläute"])
def test_a_token_that_is_no_good_is_refused(tallyman: Tallyman, token: str) -> None:
    refused = tallyman.run("serve", "--token", token)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert token not in refused.stderr


def test_what_keeps_it_from_serving_is_one_sentence(tallyman: Tallyman) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = tallyman.run("serve", "--port", str(taken.getsockname()[1]))
    assert (busy.returncode, busy.stdout) == (1, "")
    assert re.fullmatch(r"Cannot listen on 127\.0\.0\.1, port \d+: .*; choose others\.\n", busy.stderr)
    nothing = tallyman.run("serve", "--read-only")
    assert (nothing.returncode, nothing.stderr.startswith("There is no ledger in")) == (5, True)
    tallyman.bring_in(order("ORD-1", A=1))
    inner = tallyman.run("serve", "--window")
    assert (inner.returncode, inner.stderr.count("\n")) == (2, 1)
