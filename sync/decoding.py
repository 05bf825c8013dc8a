"""Decoding the API's answers strictly; what does not fit is an error with its path.

An entry of a list that cannot be read spoils only itself. Nesting is capped, so that no answer exhausts the
stack of whoever carries its free objects along.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from store.due import in_zone
from sync.errors import BrokenAnswer
from sync.readings import OPTIONAL
from sync.shapes import (
    Failure,
    FullOrder,
    Location,
    Many,
    Named,
    One,
    Page,
    Product,
    ProductPage,
    Summary,
    WireLocation,
    WireOrder,
    WireProduct,
    WireSummary,
)
from verification.limits import DEEPEST
from verification.orders import Line, Order

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {
    shape: msgspec.json.Decoder(shape)
    for shape in (WireOrder, WireSummary, WireProduct, Named, One, Many, Failure, tuple[WireLocation, ...])
}
_PATH = re.compile(r"^(.*) - at `(\$.*)`$", re.DOTALL)


def _decode(shape: Any, content: bytes | msgspec.Raw, at: str) -> Any:
    try:
        return _decoders[shape].decode(content)
    except msgspec.ValidationError as error:
        found = _PATH.match(str(error))
        problem, path = found.groups() if found else (str(error), "$")
        raise BrokenAnswer(problem, at + path.removeprefix("$")) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenAnswer(f"this is not JSON ({error})", at) from None
    except RecursionError:
        raise BrokenAnswer(f"nested deeper than {DEEPEST} levels", at) from None


def _data(content: bytes) -> msgspec.Raw:
    answer = _decode(One, content, "$")
    if not answer.success:
        raise BrokenAnswer("success is false in an answer of success", "$.success")
    data: msgspec.Raw = answer.data
    return data


def full_order(content: bytes) -> FullOrder:
    """The order in an answer's body. Raises BrokenAnswer."""
    at = "$.data"
    found: WireOrder = _decode(WireOrder, _data(content), at)
    for name in ("customer_info", "metadata"):
        _shallow(getattr(found, name), f"{at}.{name}")
    before = set[str]()
    for index, item in enumerate(found.items):
        if item.id in before:
            raise BrokenAnswer("the id of an item before it", f"{at}.items[{index}].id")
        before.add(item.id)
    order = Order(
        id=found.id,
        order_number=found.order_number,
        lines=tuple(
            Line(item.id, item.sku.sku, item.quantity, 0, item.verified_quantity, item.notes or "")
            for item in found.items
        ),
        reported=found.status,
        external_order_id=found.external_order_id or "",
        customer_name=found.customer_name or "",
        customer_info=found.customer_info or {},
        notes=found.notes or "",
        order_date=_moment(found.order_date, f"{at}.order_date"),
        due_date=_moment(found.due_date, f"{at}.due_date"),
        created_at=_moment(found.created_at, f"{at}.created_at"),
        metadata=found.metadata or {},
    )
    shows = frozenset(name for name in OPTIONAL if getattr(found, name) is not UNSET)
    return FullOrder(order, shows)


def orders_page(content: bytes) -> Page:
    """A page of summaries. Raises BrokenAnswer when the page itself cannot be read."""
    entries, next_cursor, broken = _page(content, _summary)
    return Page(entries, next_cursor, broken)


def products_page(content: bytes) -> ProductPage:
    """A page of products. Raises BrokenAnswer when the page itself cannot be read."""
    entries, next_cursor, broken = _page(content, _product)
    return ProductPage(entries, next_cursor, broken)


def _page(content: bytes, read: Any) -> tuple[tuple[Any, ...], str | None, tuple[BrokenAnswer, ...]]:
    answer: Many = _decode(Many, content, "$")
    if not answer.success:
        raise BrokenAnswer("success is false in an answer of success", "$.success")
    entries, broken = [], []
    for index, raw in enumerate(answer.data):
        try:
            entries.append(read(raw, f"$.data[{index}]"))
        except BrokenAnswer as error:
            broken.append(BrokenAnswer(error.problem, error.path, _name(raw)))
    return tuple(entries), answer.pagination.next_cursor or None, tuple(broken)


def _name(raw: msgspec.Raw) -> str:
    """What an entry that breaks the contract is called by: its order_number or SKU, else its id, if any."""
    try:
        found: Named = _decode(Named, raw, "$")
    except BrokenAnswer:
        return ""
    names = (n for n in (found.order_number, found.sku, found.id) if isinstance(n, str) and n)
    return next(names, "")


def _summary(raw: msgspec.Raw, at: str) -> Summary:
    found: WireSummary = _decode(WireSummary, raw, at)
    created = _parsed(found.created_at, f"{at}.created_at")
    external = None if found.external_order_id is UNSET else found.external_order_id or ""
    return Summary(found.id, found.order_number, found.status, found.customer_name or "", created, external)


def _product(raw: msgspec.Raw, at: str) -> Product:
    found: WireProduct = _decode(WireProduct, raw, at)
    _shallow(found.custom_fields, f"{at}.custom_fields")
    return Product(found.sku, found.is_active, found.custom_fields or {})


def product(content: bytes) -> Product:
    """The product in an answer's body. Raises BrokenAnswer."""
    return _product(_data(content), "$.data")


def locations(content: bytes) -> tuple[Location, ...]:
    """Where a SKU lies, from an inventory answer. Raises BrokenAnswer."""
    found = _decode(tuple[WireLocation, ...], _data(content), "$.data")
    return tuple(Location(each.location_code, each.sku_code) for each in found)


def failure(content: bytes) -> tuple[str, str]:
    """Code and message of a failure's body; empty where it has none. Never raises."""
    try:
        found: Failure = _decode(Failure, content, "$")
    except BrokenAnswer:
        return "", ""
    return (found.error.code, found.error.message) if found.error else ("", found.detail)


def _moment(text: str | UnsetType | None, at: str) -> str:
    if text:
        _parsed(text, at)
    return text or ""


def _parsed(text: str, at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BrokenAnswer("expected an ISO 8601 date and time", at) from None
    return in_zone(moment if moment.tzinfo else moment.replace(tzinfo=UTC), UTC)


def _shallow(value: Any, at: str) -> None:
    """Raise BrokenAnswer when a free value is nested too deep to carry along."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return
    raise BrokenAnswer(f"nested deeper than {DEEPEST} levels", at)
