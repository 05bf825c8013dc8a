"""The TOML file in which a host writes down partners and their field mappings.

A mistake names the file, the partner, the key, and what is allowed; nothing is half loaded.
`examples/erp.toml` beside this module is the shipped example.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final, Literal

import msgspec

from orders_api.json_text import nests_too_deep
from orders_api.mapping import ArrayRule, FieldRule, Mapping, Path, StaticRule
from orders_api.partners import ORDER_IDENTIFIERS, PARTNER_DEFAULT_IDENTIFIER, Partner
from orders_api.readings import MAX_NESTING

ORDER_FIELDS: Final = (
    "order_number",
    "external_order_id",
    "customer_name",
    "customer_info",
    "notes",
    "order_date",
    "due_date",
    "metadata",
    "status",
    "id",
    "created_at",
    "cancellation_reason",
)
LINE_FIELDS: Final = (
    "sku_code",
    "quantity",
    "notes",
    "id",
    "verified_quantity",
    "verification_status",
)
_LINE_ANSWER_FIELDS: Final = (*LINE_FIELDS[1:], "sku")
_OBJECTS: Final = ("customer_info", "metadata")


class _Array(msgspec.Struct, forbid_unknown_fields=True):
    source: str
    target: Literal["items"]
    fields: dict[str, str]
    static: dict[str, Any] = {}
    unmapped: Literal["refuse", "drop"] = "refuse"


class _Orders(msgspec.Struct, forbid_unknown_fields=True):
    fields: dict[str, str] = {}
    array: list[_Array] = []
    static: dict[str, Any] = {}
    identifier: str | None = None
    unmapped: Literal["refuse", "drop"] = "refuse"


class _Partner(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    identifier: Literal["order_number", "external_order_id", "id"] = PARTNER_DEFAULT_IDENTIFIER
    orders: _Orders | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    partner: list[_Partner]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a file of partners, in one sentence."""

    sentence: str


class _Refused(ValueError):
    """Raised while rules are built; never leaves this module."""


def read_partners(path: FilePath) -> tuple[Partner, ...] | FileProblem:
    """Every partner in the file, or the first mistake in it."""
    try:
        stated = msgspec.toml.decode(path.read_bytes(), type=_File)
        partners = tuple(_partner(partner) for partner in stated.partner)
    except OSError as error:
        return FileProblem(f"{path}: cannot be read ({error.strerror}).")
    except RecursionError:
        return FileProblem(f"{path}: it nests deeper than {MAX_NESTING} levels.")
    except (msgspec.DecodeError, ValueError) as error:  # of whose kind a number of too many digits is
        return FileProblem(f"{path}: {error}.")
    names = [partner.name for partner in partners]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        return FileProblem(f"{path}: the partner '{doubled}' is there twice.")
    return partners


def _partner(stated: _Partner) -> Partner:
    if not stated.name.strip():
        raise _Refused("a partner's name is blank")
    if stated.orders is None:
        return Partner(stated.name, stated.identifier, None)
    at = f"partner '{stated.name}'"
    identifier = _identifier(stated.orders, at) or stated.identifier
    has_rules = stated.orders.fields or stated.orders.array or stated.orders.static
    return Partner(stated.name, identifier, _mapping(stated.orders, at) if has_rules else None)


def _identifier(orders: _Orders, at: str) -> str | None:
    """The override for orders, which may be given in the partner's name for the field."""
    if orders.identifier is None:
        return None
    field = orders.fields.get(orders.identifier, orders.identifier)
    if field not in ORDER_IDENTIFIERS:
        allowed = ", ".join(ORDER_IDENTIFIERS)
        raise _Refused(
            f"{at}: orders.identifier is '{orders.identifier}'; "
            f"expected {allowed}, or a source that is mapped to one of them"
        )
    return field


def _mapping(orders: _Orders, at: str) -> Mapping:
    arrays = []
    for array in orders.array:
        inside = f"{at}, array '{array.source}'"
        each = Mapping(
            _fields(array.fields, LINE_FIELDS, inside),
            (),
            _statics(array.static, LINE_FIELDS, inside),
            array.unmapped == "drop",
        )
        _check_names(each, _LINE_ANSWER_FIELDS, inside)
        arrays.append(ArrayRule(_path(array.source, inside), ("items",), each))
    mapping = Mapping(
        _fields(orders.fields, ORDER_FIELDS, at),
        tuple(arrays),
        _statics(orders.static, ORDER_FIELDS, at),
        orders.unmapped == "drop",
    )
    _check_names(mapping, (*ORDER_FIELDS, "items"), at)
    return mapping


def _fields(stated: dict[str, str], known: tuple[str, ...], at: str) -> tuple[FieldRule, ...]:
    return tuple(
        FieldRule(_path(source, at), _target(target, known, at)) for source, target in stated.items()
    )


def _statics(stated: dict[str, Any], known: tuple[str, ...], at: str) -> tuple[StaticRule, ...]:
    for target, value in stated.items():
        if nests_too_deep(value):
            raise _Refused(f"{at}: the static value of '{target}' nests deeper than {MAX_NESTING} levels")
        try:
            msgspec.json.encode(value)
        except (TypeError, ValueError):
            raise _Refused(f"{at}: the static value of '{target}' is not JSON") from None
    return tuple(StaticRule(_target(key, known, at), value) for key, value in stated.items())


def _path(dotted: str, at: str) -> Path:
    path = tuple(dotted.split("."))
    if not all(path):
        raise _Refused(f"{at}: '{dotted}' is no path; expected names joined by single dots")
    return path


def _target(dotted: str, known: tuple[str, ...], at: str) -> Path:
    path = _path(dotted, at)
    if path[0] not in known:
        raise _Refused(f"{at}: the target '{dotted}' is unknown; expected {', '.join(known)}")
    if len(path) > 1 and path[0] not in _OBJECTS:
        raise _Refused(f"{at}: the target '{dotted}' goes into '{path[0]}', which is no object")
    return path


def _check_names(mapping: Mapping, known: tuple[str, ...], at: str) -> None:
    """Refuses rules that read or write one place twice, or that hide a field of the answer."""
    rules = mapping.moves
    for word, paths in (
        ("source", [rule.source for rule in rules]),
        ("target", [rule.target for rule in rules]),
    ):
        for index, path in enumerate(paths):
            for other in paths[index + 1 :]:
                if path[: len(other)] == other[: len(path)]:
                    raise _Refused(f"{at}: two rules share the {word} '{'.'.join(path)}'")
    moved = {rule.target[0] for rule in rules}
    for rule in rules:
        root = rule.source[0]
        if root in known and root not in moved:
            raise _Refused(
                f"{at}: the source '{'.'.join(rule.source)}' takes the name of the answer's own "
                f"'{root}'; map '{root}' to another name as well"
            )
