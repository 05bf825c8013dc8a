"""How problems with a body are told: each by its field's path, in the caller's own names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from orders_api.mapping import Steps
from orders_api.validation import Problem

MOST_PROBLEMS_TOLD: Final = 5
_LONGEST_PATH: Final = 200


def sentence(problems: Sequence[Problem], naming: Callable[[Steps], Steps]) -> str:
    """One message for all problems: `items[0].quantity: expected an integer, got null; …`."""
    told = [_one(problem, naming) for problem in problems[:MOST_PROBLEMS_TOLD]]
    if len(problems) > MOST_PROBLEMS_TOLD:
        told.append(f"and {len(problems) - MOST_PROBLEMS_TOLD} more")
    return "; ".join(told)


def _one(problem: Problem, naming: Callable[[Steps], Steps]) -> str:
    if not problem.steps:
        return f"body: {problem.sentence}"
    return f"{field_path(naming(problem.steps))}: {problem.sentence}"


def field_path(steps: Steps) -> str:
    """`("items", 0, "quantity")` as `items[0].quantity`."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text if len(text) <= _LONGEST_PATH else text[:_LONGEST_PATH] + "…"
