"""Field mapping between a partner's names and the platform's; pure.

Contract: a mapping has a field map (source to target, dotted paths), nested maps for arrays (order
lines), static values to inject (such as `metadata.source`), and the identifier field. Answers and
validation errors come back in the partner's names. A payload that the mapping cannot turn into an
order answers 422 `MAPPING_ERROR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
"""A dotted path, split: ("metadata", "source") is `metadata.source`."""
Steps = tuple[str | int, ...]
"""Where a value stands in a document: ("items", 0, "quantity") is `items[0].quantity`."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One value moves from the partner's path to the platform's."""

    source: Path
    target: Path

    def __str__(self) -> str:
        return f"{'.'.join(self.source)} → {'.'.join(self.target)}"


@dataclass(frozen=True, slots=True)
class StaticRule:
    """A value that every order of the partner gets."""

    target: Path
    value: Any

    def __str__(self) -> str:
        return f"static {'.'.join(self.target)}"


@dataclass(frozen=True, slots=True)
class ArrayRule:
    """An array moves, and each of its objects is mapped by rules of its own."""

    source: Path
    target: Path
    each: Mapping

    def __str__(self) -> str:
        return f"{'.'.join(self.source)}[] → {'.'.join(self.target)}[]"


@dataclass(frozen=True, slots=True)
class Mapping:
    """All rules of one object."""

    fields: tuple[FieldRule, ...] = ()
    arrays: tuple[ArrayRule, ...] = ()
    statics: tuple[StaticRule, ...] = ()
    drop_unmapped: bool = False
    """Whether fields that no rule names are dropped; otherwise the payload fails."""

    @property
    def moves(self) -> tuple[FieldRule | ArrayRule, ...]:
        """The rules that move something, in the order in which they are applied."""
        return (*self.fields, *self.arrays)


@dataclass(frozen=True, slots=True)
class MappingFailure:
    """Which rule could not be applied, and why."""

    rule: str
    reason: str

    def __str__(self) -> str:
        return f"Rule '{self.rule}' failed: {self.reason}"


class _Absent:
    """Marks a path that leads nowhere; None is a value that JSON can hold."""


_ABSENT = _Absent()


def to_platform(
    mapping: Mapping, payload: Any, *, whole: bool = True, at: str = ""
) -> dict[str, Any] | MappingFailure:
    """The payload in the platform's names.

    `whole` is False for an update: then a static value joins only where the payload itself names
    the field that it goes into, so that a PUT of notes does not replace the metadata.
    """
    if not isinstance(payload, dict):
        return MappingFailure(at or "the payload", f"expected an object, got {_kind(payload)}")
    if not mapping.drop_unmapped and (stray := _unmapped(mapping, payload)):
        return MappingFailure(at + ".".join(stray), "no rule names this field")
    result: dict[str, Any] = {}
    for rule in mapping.moves:
        failure = _move(rule, payload, result, at)
        if failure:
            return failure
    for static in mapping.statics:
        if whole or static.target[0] in result:
            failure = _put(result, static.target, static.value, str(static), at)
            if failure:
                return failure
    return result


def _move(
    rule: FieldRule | ArrayRule, payload: dict[str, Any], result: dict[str, Any], at: str
) -> MappingFailure | None:
    value = _take(payload, rule.source, str(rule), at)
    if isinstance(value, MappingFailure):
        return value
    if value is _ABSENT:
        return None
    if isinstance(rule, ArrayRule):
        if not isinstance(value, list):
            where = at + ".".join(rule.source)
            reason = f"expected an array at '{where}', got {_kind(value)}"
            return MappingFailure(at + str(rule), reason)
        mapped = []
        for index, element in enumerate(value):
            inner = to_platform(rule.each, element, at=f"{at}{'.'.join(rule.source)}[{index}].")
            if isinstance(inner, MappingFailure):
                return inner
            mapped.append(inner)
        value = mapped
    return _put(result, rule.target, value, str(rule), at)


def _take(payload: dict[str, Any], path: Path, rule: str, at: str) -> Any:
    node: Any = payload
    for depth, name in enumerate(path):
        if node is None:
            return _ABSENT
        if not isinstance(node, dict):
            where = at + ".".join(path[:depth])
            return MappingFailure(at + rule, f"expected an object at '{where}', got {_kind(node)}")
        if name not in node:
            return _ABSENT
        node = node[name]
    return node


def _put(result: dict[str, Any], path: Path, value: Any, rule: str, at: str) -> MappingFailure | None:
    node = result
    for depth, name in enumerate(path[:-1]):
        inner = node.get(name)
        if inner is None:
            inner = {}
        elif not isinstance(inner, dict):
            where = ".".join(path[: depth + 1])
            reason = f"'{where}' already holds {_kind(inner)}, not an object"
            return MappingFailure(at + rule, reason)
        else:
            inner = dict(inner)
        node[name] = inner
        node = inner
    node[path[-1]] = value
    return None


def _unmapped(mapping: Mapping, payload: dict[str, Any]) -> Path | None:
    """The first field of the payload that no rule reads, wholly or in part."""
    return _stray({rule.source for rule in mapping.moves}, payload, ())


def _stray(named: set[Path], node: dict[str, Any], prefix: Path) -> Path | None:
    for name, value in node.items():
        path = (*prefix, name)
        if path in named:
            continue
        leads_on = any(len(other) > len(path) and other[: len(path)] == path for other in named)
        if not leads_on:
            return path
        if isinstance(value, dict) and (stray := _stray(named, value, path)):
            return stray
    return None


def to_partner(mapping: Mapping, document: dict[str, Any]) -> dict[str, Any]:
    """An answer in the partner's names; what no rule names keeps its platform name."""
    rest = dict(document)
    result: dict[str, Any] = {}
    for rule in mapping.moves:
        value = _take(document, rule.target, str(rule), "")
        if value is _ABSENT or isinstance(value, MappingFailure):
            continue
        rest = _without(rest, rule.target)
        if isinstance(rule, ArrayRule) and isinstance(value, list):
            value = [to_partner(rule.each, element) for element in value]
        _put(result, rule.source, value, str(rule), "")
    return _overlaid(rest, result)


def _overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both documents in one; where they share a name, objects join and other values come from
    `above`."""
    joined = dict(below)
    for name, value in above.items():
        under = joined.get(name)
        if isinstance(under, dict) and isinstance(value, dict):
            joined[name] = _overlaid(under, value)
        else:
            joined[name] = value
    return joined


def _without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """A copy of the document without the value at `path` and without objects left empty by that."""
    name, *below = path
    copy = dict(document)
    if not below:
        copy.pop(name, None)
    elif isinstance(copy.get(name), dict):
        copy[name] = _without(copy[name], tuple(below))
        if not copy[name]:
            del copy[name]
    return copy


def partner_name(mapping: Mapping, steps: Steps) -> Steps:
    """The partner's name of a place in a platform document, as far as the rules reach it."""
    for array in mapping.arrays:
        size = len(array.target)
        if steps[:size] != array.target:
            continue
        if len(steps) == size:
            return array.source
        return (*array.source, steps[size], *partner_name(array.each, steps[size + 1 :]))
    for rule in sorted(mapping.fields, key=lambda rule: -len(rule.target)):
        size = len(rule.target)
        if steps and steps[:size] == rule.target:
            return (*rule.source, *steps[size:])
    return steps


def _kind(value: Any) -> str:
    """The JSON word for what a value is."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "a boolean"
    names = {str: "a string", int: "a number", float: "a number", list: "an array"}
    return names.get(type(value), "an object")
