"""Recorded reads of every source: what came and when, the frames it is, and the codes that they are.

`traces.jsonl` has a trace on each line. Its steps are bytes as hex, pauses in seconds, and null where the
scanner is unplugged; the bytes of its frames are Latin-1. A code is known by the fields that are named, is
`asked` about where a digit seems lost, or is `unsure`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terminal.scanners.decoding import decode
from terminal.scanners.dialogue import Dialogue, PlainDialogue
from terminal.scanners.evdev_keys import KeysDialogue
from terminal.scanners.framing import Frame, FrameKind, Framing
from terminal.scanners.hid_reports import ReportsDialogue
from terminal.scanners.keyboards import keyboard
from terminal.scanners.settings import PACKET_FRAMING
from terminal.scanners.ssi_dialogue import SsiDialogue
from terminal.scanners.wedge import Read, Wedge

TRACES = [json.loads(line) for line in Path(__file__).with_name("traces.jsonl").read_text().splitlines()]
LINES = Framing(suffixes=(b"\r", b"\n"), max_len=64)
TYPED = Framing(suffixes=(b"\r", b"\n", b"\t"), max_len=64)
DIALOGUES: dict[str, Callable[[], Dialogue]] = {
    "serial": lambda: PlainDialogue(LINES),
    "marked": lambda: PlainDialogue(Framing(b"\x02", (b"\x03",), max_len=64)),
    "ssi": lambda: SsiDialogue(PACKET_FRAMING),
    "evdev": lambda: KeysDialogue(TYPED, keyboard("us")),
    "hidpos": lambda: ReportsDialogue(PACKET_FRAMING),
}
LONG = 60.0


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: f"{trace['source']}: {trace['name']}")
def test_a_trace_gives_its_frames_and_their_codes(trace: dict[str, Any]) -> None:
    steps = [bytes.fromhex(step) if isinstance(step, str) else step for step in trace["steps"]]
    frames = _typed(steps) if trace["source"] == "wedge" else _on_a_line(DIALOGUES[trace["source"]](), steps)
    found = [[frame.kind.value, frame.data.decode("latin-1")] for frame in frames]
    assert found == trace["frames"]
    good = [frame for frame in frames if frame.kind is FrameKind.OK]
    for frame, expected in zip(good, trace["codes"], strict=False):
        code = decode(frame.data)
        told = {"unsure": code.problem is not None, "asked": bool(code.near)}
        assert {name: told.get(name, getattr(code, name, None)) for name in expected} == expected


def test_every_source_has_as_many_reads_of_its_own_as_the_sheet_of_hard_ones() -> None:
    for source in (*DIALOGUES, "wedge"):
        own = [trace["name"].startswith("label") for trace in TRACES if trace["source"] == source]
        assert sum(own) >= len(own) - sum(own), source


def _on_a_line(dialogue: Dialogue, steps: list[bytes | float | None]) -> list[Frame]:
    at, frames = 100.0, list[Frame]()
    for step in [*steps, LONG]:
        if isinstance(step, bytes):
            frames += dialogue.feed(step, at).frames
        elif step is None:
            frames += dialogue.break_off(at).frames
        else:
            at += step
            frames += dialogue.idle(at).frames
    return frames


def _typed(steps: list[bytes | float | None]) -> list[Frame]:
    wedge, at, frames = Wedge(TYPED), 100.0, list[Frame]()
    for step in [*steps, LONG]:
        if isinstance(step, bytes):
            frames += [item.frame for item in wedge.feed(step, at) if isinstance(item, Read)]
            continue
        at += step or 0.0
        while (deadline := wedge.deadline) is not None and deadline <= at:
            frames += [item.frame for item in wedge.idle(deadline) if isinstance(item, Read)]
    return frames
