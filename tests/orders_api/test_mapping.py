"""Field mapping: pure rules, the file they are written in, and a partner at work over HTTP."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders_api.mapping import (
    ArrayRule,
    FieldRule,
    Mapping,
    MappingFailure,
    StaticRule,
    partner_name,
    to_partner,
    to_platform,
)
from orders_api.mapping_file import FileProblem, read_partners

EXAMPLE = Path(__file__).resolve().parents[2] / "orders_api" / "examples" / "erp.toml"
LINES = ArrayRule(
    ("Doc", "Lines"),
    ("items",),
    Mapping((FieldRule(("Item",), ("sku_code",)), FieldRule(("Qty", "value"), ("quantity",)))),
)
RULES = Mapping(
    (
        FieldRule(("OrderNbr",), ("order_number",)),
        FieldRule(("Ship", "Phone"), ("customer_info", "phone")),
        FieldRule(("Attributes",), ("metadata", "attributes")),
    ),
    (LINES,),
    (StaticRule(("metadata", "source"), "erp"),),
)


def test_a_payload_comes_out_in_the_platforms_names() -> None:
    payload = {
        "OrderNbr": "SO-1",
        "Ship": {"Phone": "+1"},
        "Doc": {"Lines": [{"Item": "A", "Qty": {"value": 2}}, {"Item": "B"}]},
    }
    before = copy.deepcopy(payload)
    assert to_platform(RULES, payload) == {
        "order_number": "SO-1",
        "customer_info": {"phone": "+1"},
        "items": [{"sku_code": "A", "quantity": 2}, {"sku_code": "B"}],
        "metadata": {"source": "erp"},
    }
    assert payload == before


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({"Ship": "x"}, "expected an object at 'Ship', got a string"),
        ({"Doc": {"Lines": {}}}, "expected an array at 'Doc.Lines', got an object"),
        ({"Doc": {"Lines": [1]}}, "Rule 'Doc.Lines[0].' failed: expected an object, got a number"),
        ({"Doc": {"Lines": [{"Qty": 1}]}},
         "Qty.value → quantity' failed: expected an object at 'Doc.Lines[0].Qty'"),
        ({"Colour": 1}, "Rule 'Colour' failed: no rule names this field"),
        ({"Ship": {"Fax": 1}}, "Rule 'Ship.Fax' failed: no rule names this field"),
        ([], "Rule 'the payload' failed: expected an object, got an array"),
    ],
)  # fmt: skip
def test_a_payload_that_cannot_be_mapped_says_which_rule_failed(payload: Any, told: str) -> None:
    outcome = to_platform(RULES, payload)
    assert isinstance(outcome, MappingFailure)
    assert told in str(outcome)


def test_a_static_value_joins_an_update_only_where_its_field_is_named() -> None:
    assert to_platform(RULES, {"Ship": {"Phone": "+2"}}, whole=False) == {"customer_info": {"phone": "+2"}}
    assert to_platform(RULES, {"Attributes": {"a": 1}}, whole=False) == {
        "metadata": {"attributes": {"a": 1}, "source": "erp"}
    }


def test_places_are_named_as_the_partner_names_them() -> None:
    assert partner_name(RULES, ("items", 3, "quantity")) == ("Doc", "Lines", 3, "Qty", "value")
    assert partner_name(RULES, ("items",)) == ("Doc", "Lines")
    assert partner_name(RULES, ("customer_info", "phone")) == ("Ship", "Phone")
    assert partner_name(RULES, ("due_date",)) == ("due_date",)


_TEXT = st.text(max_size=5)
_PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "OrderNbr": _TEXT,
        "Ship": st.fixed_dictionaries({"Phone": _TEXT}),
        "Attributes": st.dictionaries(_TEXT, _TEXT, max_size=3),
        "Doc": st.fixed_dictionaries(
            {"Lines": st.lists(st.fixed_dictionaries(
                {}, optional={"Item": _TEXT, "Qty": st.fixed_dictionaries({"value": st.integers()})}
            ), max_size=4)}
        ),
    },
)  # fmt: skip


@given(payload=_PAYLOADS)
def test_what_a_partner_sends_comes_back_in_the_same_places(payload: dict[str, Any]) -> None:
    platform = to_platform(RULES, payload)
    assert isinstance(platform, dict)
    back = to_partner(RULES, platform)
    assert back.pop("metadata") == {"source": "erp"}
    assert back == payload


@given(document=st.dictionaries(_TEXT, _TEXT, max_size=5))
def test_what_no_rule_names_keeps_its_name(document: dict[str, str]) -> None:
    assert to_partner(Mapping(), document) == document


MISTAKES = {
    "no TOML": ("[[partner", "Expected ']]'"),
    "no name": ("[[partner]]", "missing required field `name` - at `$.partner[0]`"),
    "unknown key": ('[[partner]]\nname="a"\ncolour=1', "unknown field `colour`"),
    "unknown identifier": ('[[partner]]\nname="a"\nidentifier="x"', "Invalid enum value 'x'"),
    "unknown target": ('[[partner]]\nname="a"\n[partner.orders.fields]\nA="b"',
                       "the target 'b' is unknown; expected order_number"),
    "into a text": ('[[partner]]\nname="a"\n[partner.orders.fields]\nA="notes.b"',
                    "the target 'notes.b' goes into 'notes', which is no object"),
    "two to one": ('[[partner]]\nname="a"\n[partner.orders.fields]\nA="notes"\nB="notes"',
                   "two rules share the target 'notes'"),
    "one inside another": ('[[partner]]\nname="a"\n[partner.orders.fields]\nA="metadata"\n"B"="metadata.b"',
                           "two rules share the target 'metadata'"),
    "hides a field": ('[[partner]]\nname="a"\n[partner.orders.fields]\nid="external_order_id"',
                      "takes the name of the answer's own 'id'"),
    "twice": ('[[partner]]\nname="a"\n[[partner]]\nname="a"', "the partner 'a' is there twice"),
    "empty step": ('[[partner]]\nname="a"\n[partner.orders.fields]\n"a..b"="notes"',
                   "'a..b' is no path"),
    "orders identifier": ('[[partner]]\nname="a"\n[partner.orders]\nidentifier="X"',
                          "orders.identifier is 'X'"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_file_is_one_sentence_that_names_it(tmp_path: Path, mistake: str) -> None:
    file = tmp_path / "partners.toml"
    text, told = MISTAKES[mistake]
    file.write_text(text)
    outcome = read_partners(file)
    assert isinstance(outcome, FileProblem)
    assert told in outcome.sentence
    assert outcome.sentence.startswith(f"{file}: ")


def erp_order(number: str, **changes: Any) -> dict[str, Any]:
    order = {
        "OrderNbr": {"value": number},
        "NoteID": {"value": f"guid-{number}"},
        "CustomerName": {"value": "Acme Corporation"},
        "ShipTo": {"Address": "123 Main St", "Phone": "+1-555-0100"},
        "RequestedOn": {"value": "2026-05-01T00:00:00-05:00"},
        "Attributes": {"Season": "Spring"},
        "Document": {"Details": [
            {"InventoryID": {"value": "RUG-5X7-BLU"}, "OrderQty": {"value": 10}},
            {"InventoryID": {"value": "RUG-8X10-RED"}, "OrderQty": {"value": 5},
             "LineDescription": {"value": "Fragile"}},
        ]},
    }  # fmt: skip
    return {**order, **changes}


@pytest.fixture
def partner(server: Any, tool: Any) -> Iterator[httpx.Client]:
    if "partner" not in server.keys:
        tool("partners", "load", str(EXAMPLE), "--database", server.database)
    with server.client("partner", partner="acme-erp") as client:
        yield client


def test_a_partner_creates_reads_and_updates_in_its_own_names(partner: httpx.Client, server: Any) -> None:
    number = f"SO-{uuid.uuid4().hex[:8]}"
    created = partner.post("/orders/", json=erp_order(number, rowNumber=1))
    assert created.status_code == 201, created.text
    data = created.json()["data"]
    assert data["OrderNbr"] == {"value": number}
    assert data["Document"]["Details"][1]["InventoryID"] == {"value": "RUG-8X10-RED"}
    assert data["Status"] == {"value": "pending"}
    assert data["metadata"] == {"source": "acme-erp"}
    assert {"id", "created_at"} < set(data)
    assert not {"order_number", "items", "status", "customer_name"} & set(data)
    assert partner.get(f"/orders/{number}/").json()["data"] == data
    listed = partner.get("/orders/?limit=1").json()["data"][0]
    assert listed["OrderNbr"] == {"value": number}
    changed = partner.put(f"/orders/{number}/", json={"Description": {"value": "Rush"}}).json()["data"]
    assert changed["Description"] == {"value": "Rush"}
    assert (changed["Attributes"], changed["metadata"]) == (data["Attributes"], data["metadata"])
    with server.client() as plain:
        seen = plain.get(f"/orders/{number}/").json()["data"]
    assert (seen["notes"], seen["external_order_id"]) == ("Rush", f"guid-{number}")
    assert seen["metadata"] == {"attributes": {"Season": "Spring"}, "source": "acme-erp"}


def test_a_partners_mistakes_are_told_in_its_own_names(partner: httpx.Client) -> None:
    number = f"SO-{uuid.uuid4().hex[:8]}"
    details = [{"InventoryID": {"value": "RUG-5X7-BLU"}, "OrderQty": {"value": 0}}]
    answer = partner.post("/orders/", json=erp_order(number, Document={"Details": details}))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "VALIDATION_ERROR")
    assert error["message"].startswith("Document.Details[0].OrderQty.value: expected an integer")
    without = {k: v for k, v in erp_order(number).items() if k != "OrderNbr"}
    told = partner.post("/orders/", json=without).json()["error"]["message"]
    assert told == "OrderNbr.value: this field is required"
    partner.post("/orders/", json=erp_order(number))
    again = partner.post("/orders/", json=erp_order(number)).json()["error"]["message"]
    assert again == "OrderNbr.value already exists"


def test_a_payload_that_the_rules_cannot_turn_into_an_order_is_a_mapping_error(
    partner: httpx.Client,
) -> None:
    answer = partner.post("/orders/", json=erp_order("SO-X", Document={"Details": {"a": 1}}))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "MAPPING_ERROR")
    assert error["message"] == (
        "Rule 'Document.Details[] → items[]' failed: expected an array at 'Document.Details', got an object"
    )


def test_identifiers_resolve_by_override_then_partner_then_platform(
    server: Any, tool: Any, tmp_path: Path, order: Any
) -> None:
    file = tmp_path / "partners.toml"
    file.write_text(
        '[[partner]]\nname = "shipped"\n[[partner]]\nname = "own"\nidentifier = "id"\n'
        '[[partner]]\nname = "override"\n[partner.orders]\nidentifier = "order_number"\n'
    )
    tool("partners", "load", str(file), "--database", server.database)
    with server.client() as plain:
        made = plain.post("/orders/", json=order(f"ID-{uuid.uuid4().hex[:8]}")).json()["data"]
        assert plain.get(f"/orders/{made['order_number']}/").status_code == 200
    fields = {"shipped": "external_order_id", "own": "id", "override": "order_number"}
    for name, field in fields.items():
        with server.client(name, partner=name) as client:
            for other in ("order_number", "external_order_id", "id"):
                status = client.get(f"/orders/{made[other]}/").status_code
                assert status == (200 if other == field else 404), (name, other)


def test_an_external_id_that_several_orders_share_means_the_newest(server: Any, order: Any) -> None:
    shared = f"X-{uuid.uuid4().hex[:8]}"
    with server.client() as plain:
        for number in ("old", "new"):
            plain.post("/orders/", json=order(f"{shared}-{number}", external_order_id=shared))
    with server.client("shipped", partner="shipped") as client:
        assert client.get(f"/orders/{shared}/").json()["data"]["order_number"] == f"{shared}-new"


def test_partners_are_listed_with_their_rules_and_kept_while_keys_need_them(tool: Any, fresh: str) -> None:
    tool("partners", "load", str(EXAMPLE), "--database", fresh)
    (shown,) = json.loads(tool("partners", "list", "--json", "--database", fresh).stdout)
    assert (shown["name"], shown["order_identifier"]) == ("acme-erp", "order_number")
    assert "OrderNbr.value → order_number" in shown["rules"]
    tool("keys", "create", "bridge", "--partner", "acme-erp", "--database", fresh)
    kept = tool("partners", "remove", "acme-erp", "--database", fresh, check=False)
    assert kept.returncode == 1
    assert "The key 'bridge' belongs to partner 'acme-erp'" in kept.stderr
