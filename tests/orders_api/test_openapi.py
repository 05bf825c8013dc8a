"""schemathesis against the running server: generated requests, every answer held to the document.

`ORDERS_API_SCHEMATHESIS_CASES` raises the number of cases; CI asks for at least 2,000 in all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

CASES = int(os.environ.get("ORDERS_API_SCHEMATHESIS_CASES", "300"))
CASES_PER_OPERATION = CASES // 8 + 1

CONFIGURATION = """
[checks]
# A generated sku_code does not exist, a generated cursor was not signed here, and a PUT may ask for
# a transition that its order cannot make: 400 by the contract, though the schema fits.
positive_data_acceptance.expected-statuses = [200, 201, 400, 404, 422]
# Cancellation is soft: "the order is kept with status `cancelled`", so it is found afterwards.
use_after_free.enabled = false
"""


def test_schemathesis_finds_no_failure(
    serve: Any, stock: Any, fresh: str, tmp_path: Path, order: Any
) -> None:
    stock(fresh, tmp_path)
    server = serve(fresh)
    with server.client() as client:
        for number in range(3):
            assert client.post("/orders/", json=order(f"SEEN-{number}")).status_code == 201
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration),
        "run", server.url + "/openapi.json", "--checks", "all",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(CASES_PER_OPERATION),
        "--seed", "1", "--no-color", "--header", f"X-API-Key: {server.key()}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=570, cwd=tmp_path, check=False)
    told = (done.stdout + done.stderr).replace(server.key(), "sk_live_…")
    assert done.returncode == 0, told[-8000:]
    generated = re.search(r"(\d+) generated", told)
    assert generated, told[-2000:]
    assert int(generated[1]) >= CASES, "fewer cases than were asked for"
    with server.client() as client:
        assert client.get("/orders/?limit=1").status_code == 200


def test_the_document_describes_every_operation_of_the_contract(server: Any) -> None:
    document = httpx.get(server.url + "/openapi.json").json()
    base = "/api/integrations/v1"
    assert {path: sorted(methods) for path, methods in document["paths"].items()} == {
        f"{base}/orders/": ["get", "post"],
        f"{base}/orders/{{identifier}}/": ["delete", "get", "put"],
        f"{base}/products/": ["get"],
        f"{base}/products/{{sku}}/": ["get"],
        f"{base}/inventory/{{sku}}/": ["get"],
    }
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert referred <= set(document["components"]["schemas"])
