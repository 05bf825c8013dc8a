"""Whom the browser's server lets in: this computer, or whoever knows the token; no other page, ever."""

from __future__ import annotations

import pytest

from terminal.browser.admission import Admitted, Asking, admitted

TOKEN = "correct-horse-battery"
YES, COOKIE, NO_TOKEN, FOREIGN = (
    Admitted.YES, Admitted.WITH_COOKIE, Admitted.NO_TOKEN, Admitted.FOREIGN,
)  # fmt: skip


@pytest.mark.parametrize(
    ("asking", "found"),
    [
        (Asking("localhost:8100"), YES),
        (Asking("127.0.0.1:8100", origin="http://127.0.0.1:8100"), YES),
        (Asking("[::1]:8100", origin="http://[::1]:8100"), YES),
        (Asking("rebound.example:8100", origin="http://rebound.example:8100"), FOREIGN),
        (Asking("127.0.0.1.example:8100"), FOREIGN),
        (Asking(""), FOREIGN),
        (Asking("127.0.0.1:8100", origin="http://evil.example"), FOREIGN),
        (Asking("127.0.0.1:8100", origin="http://127.0.0.1:9999"), FOREIGN),
        (Asking("127.0.0.1:8100", origin="null"), FOREIGN),
    ],
)
def test_this_computer_alone_comes_in_and_only_from_the_server_s_own_page(
    asking: Asking, found: Admitted
) -> None:
    assert admitted(asking, None) is found


@pytest.mark.parametrize(
    ("given", "kept", "found"),
    [
        ("", "", NO_TOKEN),
        (TOKEN, "", COOKIE),
        ("", TOKEN, YES),
        (TOKEN[:-1], TOKEN[:-1], NO_TOKEN),
        (TOKEN.upper(), "", NO_TOKEN),
        ("\udc80", "ö", NO_TOKEN),
    ],
)
def test_from_elsewhere_the_token_is_wanted_in_the_address_once_then_in_the_cookie(
    given: str, kept: str, found: Admitted
) -> None:
    host = "station.example:8100"
    assert admitted(Asking(host, f"http://{host}", given, kept), TOKEN) is found
    assert admitted(Asking(host, "http://evil.example", given, kept), TOKEN) is FOREIGN
