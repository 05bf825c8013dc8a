"""The station's colours: light on dark, each state far from the others also for people who see fewer."""

from __future__ import annotations

from textual.theme import Theme

STATION = Theme(
    name="station",
    primary="#7cc4ff",
    warning="#ffd166",
    error="#ff6b6b",
    success="#4ade80",
    foreground="#f2f2f2",
    background="#0c0f14",
    surface="#0c0f14",
    panel="#1b2330",
    dark=True,
)
