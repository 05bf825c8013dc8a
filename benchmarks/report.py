"""What every benchmark prints: ratios to a floor measured in the same run, and what must be reached."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isinf


@dataclass(frozen=True, slots=True)
class Bar:
    """One number that must be reached."""

    name: str
    value: float
    """What was measured, in `unit`."""
    floor: float
    """What it is compared with, measured in the same run, or the limit itself where there is no floor."""
    unit: str
    ratio: float
    must: float
    """The ratio that must be reached; infinite where the number is only told."""
    at_least: bool = False
    """Whether more is better."""

    @property
    def reached(self) -> bool:
        """Whether the ratio is what it must be."""
        return self.ratio >= self.must if self.at_least else self.ratio <= self.must

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "floor": round(self.floor, 4),
            "unit": self.unit,
            "ratio": round(self.ratio, 3),
            "must_reach": None if isinf(self.must) else f"{'>=' if self.at_least else '<='} {self.must:g}",
            "reached": self.reached,
        }


def at_most(name: str, value: float, floor: float, unit: str, must: float) -> Bar:
    """`value` must be at most `must` times `floor`."""
    return Bar(name, value, floor, unit, value / floor, must)


def told(name: str, value: float, floor: float, unit: str) -> Bar:
    """A ratio that nothing depends on."""
    return Bar(name, value, floor, unit, value / floor, inf)


def at_least(name: str, value: float, floor: float, unit: str, must: float) -> Bar:
    """`value` must be at least `must` times `floor`."""
    return Bar(name, value, floor, unit, value / floor, must, at_least=True)


def p50(samples: Sequence[float]) -> float:
    """The median."""
    return statistics.median(samples)


def p99(samples: Sequence[float]) -> float:
    """The value that one sample in a hundred exceeds."""
    return statistics.quantiles(samples, n=100, method="inclusive")[98]


def table(bars: Sequence[Bar]) -> str:
    """The bars as text, one a line."""
    heads = ("what", "measured", "floor", "ratio", "must be", "")
    rows = [
        (
            bar.name,
            f"{bar.value:.3g} {bar.unit}" if bar.value < 1000 else f"{bar.value:.0f} {bar.unit}",
            f"{bar.floor:.3g} {bar.unit}" if bar.floor < 1000 else f"{bar.floor:.0f} {bar.unit}",
            f"{bar.ratio:.2f}",
            "" if isinf(bar.must) else f"{'≥' if bar.at_least else '≤'} {bar.must:g}",
            "" if isinf(bar.must) else "reached" if bar.reached else "MISSED",
        )
        for bar in bars
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) if column in (0, 5) else text.rjust(width)
                  for column, (text, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in (heads, *rows)
    )  # fmt: skip


def command(doc: str | None, measure: Callable[[], list[Bar]]) -> int:
    """Measure and print, as a table or with `--json`; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one object per number")
    arguments = parser.parse_args()
    bars = measure()
    print(json.dumps([bar.as_json() for bar in bars]) if arguments.json else table(bars))
    return 0 if all(bar.reached for bar in bars) else 1
