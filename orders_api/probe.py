"""`check`: the contract and its readings, asked of any server.

Every order that the probe creates it cancels again, also when it is interrupted. It asks only what
an ordinary client may ask, and it reports a reading as one of `holds`, `does not` and `could not
tell`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx

API_PATH: Final = "/api/integrations/v1"
IDENTIFIERS: Final = ("order_number", "external_order_id", "id")
TIMEOUT_SECONDS: Final = 30.0
Verdict = Literal["holds", "does not", "could not tell"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a server does about one reading."""

    reading: str
    verdict: Verdict
    seen: str
    """What was seen, in a few words."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Why a reading could not be tried."""

    why: str


class ProbeFailure(Exception):
    """The probe cannot begin; the message is one sentence for people."""


@dataclass
class Probe:
    """One conversation with a server under one key."""

    client: httpx.Client
    sku: str
    addressed_by: str = "order_number"
    """The field that identifiers resolve by for this key."""
    made: list[dict[str, Any]] = field(default_factory=list)

    def body(self, **changes: Any) -> dict[str, Any]:
        """A create body under a number that nobody else uses."""
        number = f"CHECK-{secrets.token_hex(6)}"
        line = {"sku_code": self.sku, "quantity": 1}
        fixed = {"order_number": number, "external_order_id": f"X-{number}", "items": [line]}
        return {**fixed, "customer_name": "Contract check", **changes}

    def create(self, **changes: Any) -> dict[str, Any] | CannotTell:
        """A new order, remembered so that it is cancelled."""
        body = self.body(**changes)
        self.made.append(body)
        answer = self.client.post("orders/", json=body)
        if answer.status_code != 201:
            return CannotTell(f"create answered {told(answer)}")
        self.made[-1] = {**body, **data_of(answer)}
        return self.made[-1]

    def path(self, order: dict[str, Any]) -> str:
        """Where the order is."""
        return f"orders/{quote(str(order.get(self.addressed_by)), safe='')}/"

    def put(self, order: dict[str, Any], **changes: Any) -> httpx.Response:
        """An update."""
        return self.client.put(self.path(order), json=changes)

    def get(self, order: dict[str, Any]) -> dict[str, Any]:
        """The order as it now is."""
        return data_of(self.client.get(self.path(order)))

    def cancel_all(self) -> list[str]:
        """Cancels what was made; answers the numbers that may still stand."""
        return [str(order["order_number"]) for order in self.made if not self._cancelled(order)]

    def _cancelled(self, order: dict[str, Any]) -> bool:
        """Cancels the order, under whichever of its identifiers the server knows it."""
        for name in dict.fromkeys((self.addressed_by, *IDENTIFIERS)):
            if name not in order:
                continue
            path = f"orders/{quote(str(order[name]), safe='')}/"
            try:
                answer = self.client.delete(path)
                if answer.status_code == 404:
                    continue
                if answer.status_code in (200, 202, 204):
                    return True
                return data_of(self.client.get(path)).get("status") == "cancelled"
            except httpx.HTTPError:
                return False
        return True


def data_of(answer: httpx.Response) -> dict[str, Any]:
    """The `data` object of an answer; empty when there is none."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    data = body.get("data") if isinstance(body, dict) else None
    return data if isinstance(data, dict) else {}


def told(answer: httpx.Response) -> str:
    """Status and code of an answer, for people."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code", "") if isinstance(error, dict) else ""
    return f"{answer.status_code} {code}".strip()


Outcome = tuple[bool, str] | CannotTell
Trial = Callable[[Probe], Outcome]


def run(probe: Probe, trials: dict[str, Trial]) -> Iterator[Finding]:
    """Tries each reading; an answer that breaks a trial makes it untold, not the probe."""
    for reading, trial in trials.items():
        try:
            outcome = trial(probe)
        except httpx.HTTPError as error:
            outcome = CannotTell(f"{type(error).__name__} on {error.request.method}")
        except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
            outcome = CannotTell(f"an answer had an unexpected shape ({type(error).__name__})")
        if isinstance(outcome, CannotTell):
            yield Finding(reading, "could not tell", outcome.why)
        else:
            yield Finding(reading, "holds" if outcome[0] else "does not", outcome[1])


@contextmanager
def probing(url: str, key: str, sku: str | None) -> Iterator[Probe]:
    """A probe of the server at `url`, which is the site's address or its API's."""
    base = url.rstrip("/")
    base = base if base.endswith(API_PATH) else base + API_PATH
    _refuse_plain_http(base)
    headers = {"X-API-Key": key}
    with httpx.Client(base_url=base + "/", headers=headers, timeout=TIMEOUT_SECONDS) as client:
        probe = Probe(client, "")
        try:
            probe.sku = sku or _any_sku(client)
            yield probe
        finally:
            left = probe.cancel_all()
        if left:
            raise ProbeFailure(f"These orders could not be cancelled again: {', '.join(left)}.")


def _refuse_plain_http(base: str) -> None:
    """Contract: HTTPS only in production; plain HTTP is for loopback addresses."""
    try:
        parsed = httpx.URL(base)
    except httpx.InvalidURL:
        raise ProbeFailure(f"'{base[:100]}' is no address of a server.") from None
    if parsed.scheme == "https" or parsed.host in ("localhost", "::1"):
        return
    if parsed.scheme != "http" or not parsed.host.startswith("127."):
        raise ProbeFailure("The key would travel in the clear; use https, or http on loopback.")


def _any_sku(client: httpx.Client) -> str:
    try:
        answer = client.get("products/", params={"limit": 1})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProbeFailure(f"The server cannot be reached ({type(error).__name__}).") from None
    if answer.status_code != 200:
        raise ProbeFailure(
            f"Products cannot be read ({told(answer)}), so no SKU is known; give one with --sku."
        )
    try:
        return str(answer.json()["data"][0]["sku"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ProbeFailure("The server lists no product; give a SKU with --sku.") from None
