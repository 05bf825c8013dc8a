"""`check`: the contract as a probe against any server, also a vendor's."""

from __future__ import annotations

import os
import signal
from dataclasses import asdict
from typing import Any

import click
import httpx

from orders_api import probe
from orders_api.commands.shared import failed, json_option, print_json, show
from orders_api.probe_trials import TRIALS

_SYMBOLS = {"holds": "✓", "does not": "✗", "could not tell": "?"}


@click.command()
@click.option("--url", required=True, help="The server, such as https://acme.example.")
@click.option("--key", envvar="TALLYMAN_API_KEY", required=True, help="An API key; also TALLYMAN_API_KEY.")
@click.option("--sku", help="A SKU that exists there; the first listed product when absent.")
@json_option
def check(url: str, key: str, sku: str | None, as_json: bool) -> None:
    """Ask a server which readings of the contract hold there.

    Creates a few orders and cancels every one of them again. Exit code 0 when all could be told.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    findings = []
    try:
        with probe.probing(url, key, sku) as running:
            for finding in probe.run(running, TRIALS):
                findings.append(finding)
                if not as_json:
                    symbol = _SYMBOLS[finding.verdict]
                    show(f"{symbol} {finding.verdict}: {finding.reading} (seen: {finding.seen})")
    except probe.ProbeFailure as failure:
        raise failed(str(failure)) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise failed(f"The server cannot be asked ({type(error).__name__}).") from None
    if as_json:
        print_json([asdict(finding) for finding in findings])
    if any(finding.verdict == "could not tell" for finding in findings):
        raise click.exceptions.Exit(1)


def _interrupt(*_: Any) -> None:
    """Ends as an interrupt does, so that what was created is cancelled first."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGINT)
