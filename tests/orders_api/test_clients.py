"""The page's own examples: curl, Python's requests and Node.js, against the running server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.orders_api.conftest import run_tool

ROOT = Path(__file__).parents[2]

PATH = "/api/integrations/v1/orders/"

NODE = """
const [url, key, number] = process.argv.slice(1);
const res = await fetch(url, {
  method: "POST",
  headers: { "X-API-Key": key, "Content-Type": "application/json" },
  body: JSON.stringify({
    order_number: number, external_order_id: "ERP-5001", customer_name: "Acme Corporation",
    due_date: "2026-05-01T00:00:00Z",
    items: [
      { sku_code: "RUG-5X7-BLU", quantity: 10 },
      { sku_code: "RUG-8X10-RED", quantity: 5, notes: "Fragile" },
    ],
  }),
});
if (!res.ok) throw new Error(await res.text());
const { data: order } = await res.json();
console.log(JSON.stringify(order));
"""


def the_page(number: str) -> dict[str, Any]:
    return {
        "order_number": number,
        "external_order_id": "ERP-5001",
        "customer_name": "Acme Corporation",
        "customer_info": {"address": "123 Main St", "phone": "+1-555-0100"},
        "due_date": "2026-05-01T00:00:00Z",
        "items": [
            {"sku_code": "RUG-5X7-BLU", "quantity": 10},
            {"sku_code": "RUG-8X10-RED", "quantity": 5, "notes": "Fragile"},
        ],
    }


def ran(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_created(order: dict[str, Any], number: str) -> None:
    assert (order["order_number"], order["status"]) == (number, "pending")
    assert [item["sku"] for item in order["items"]] == [
        {"sku": "RUG-5X7-BLU"}, {"sku": "RUG-8X10-RED"},
    ]  # fmt: skip


def test_curl_as_on_the_page(server: Any) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine")
    number, url = uuid.uuid4().hex, server.url + PATH
    key, typed = f"X-API-Key: {server.key()}", ("-H", "Content-Type: application/json")
    post = ran("curl", "-sS", "-X", "POST", url, "-H", key, *typed, "-d", json.dumps(the_page(number)))
    assert_created(json.loads(post)["data"], number)
    assert len(json.loads(ran("curl", "-sS", f"{url}?limit=100", "-H", key))["data"]) >= 1
    one = f"{url}{number}/"
    assert json.loads(ran("curl", "-sS", one, "-H", key)) == json.loads(post)
    change = '{"customer_name": "Acme Corp (Updated)", "notes": "Rush"}'
    put = json.loads(ran("curl", "-sS", "-X", "PUT", one, "-H", key, *typed, "-d", change))
    assert put["data"]["customer_name"] == "Acme Corp (Updated)"
    reason = '{"reason": "Customer requested cancellation"}'
    gone = json.loads(ran("curl", "-sS", "-X", "DELETE", one, "-H", key, *typed, "-d", reason))
    assert gone["data"]["status"] == "cancelled"


def test_python_as_on_the_page(server: Any) -> None:
    number = uuid.uuid4().hex
    answer = requests.post(
        server.url + PATH, headers={"X-API-Key": server.key()}, json=the_page(number), timeout=30
    )
    answer.raise_for_status()
    assert_created(answer.json()["data"], number)


def test_node_as_on_the_page(server: Any) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not on this machine")
    number = uuid.uuid4().hex
    url, key = server.url + PATH, server.key()
    told = ran("node", "--input-type=module", "-e", NODE, "--", url, key, number)
    assert_created(json.loads(told), number)


def test_make_api_shows_a_key_and_serves_the_page(tmp_path: Path) -> None:
    command = ["make", "--no-print-directory", "api", "PORT=0"]
    environ = {**os.environ, "ORDERS_API_DATABASE": f"sqlite:///{tmp_path / 'orders.db'}"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as made:
        try:
            assert made.stdout is not None
            told = iter(made.stdout.readline, "")
            key = next(line.strip() for line in told if line.startswith("sk_live_"))
            url = next(line.strip() for line in told if line.startswith("http://"))
            number = uuid.uuid4().hex
            answer = requests.post(url + PATH, headers={"X-API-Key": key}, json=the_page(number), timeout=30)
            assert_created(answer.json()["data"], number)
        finally:
            os.killpg(made.pid, signal.SIGTERM)
    assert "make-api: active" in run_tool("keys", "list", "--database", environ["ORDERS_API_DATABASE"]).stdout
