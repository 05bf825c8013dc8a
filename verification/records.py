"""Values: what the program is told, keeps and hands on, and never changes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """What `dataclass(frozen=True, slots=True)` is to the type checker, which refuses every assignment.

    It costs a third of it where a program starts and where a read builds its values. Python compiles six
    methods for each frozen dataclass, and a station shows its first picture after a hundred of them: here it
    compiles `__init__` alone, and the others are closures. And it is not frozen while it runs: a frozen one
    sets each field through `object.__setattr__`, which took a sixth of a read's time.

    All fields count in comparing and hashing. A record may inherit from a record, never from a dataclass that
    is frozen.
    """
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    names = [each.name for each in fields(made)]
    values = attrgetter(*names) if names else lambda _: None
    shown = [each.name for each in fields(made) if each.repr]

    def same(self: T, other: object) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def digest(self: T) -> int:
        return hash(values(self))

    def told(self: T) -> str:
        return f"{made.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    for name, method in (("__eq__", same), ("__hash__", digest), ("__repr__", told)):
        if name not in cls.__dict__:
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]
