"""Where there is no screen, no sentence advises a key."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from terminal import blind_wording, refusals, wording
from terminal.keyless import without_keys
from tests.e2e.headless.program import Tallyman, order

KEY = re.compile(r"\bF\d+\b|Ctrl-|on the screen")


@pytest.mark.parametrize("module", [wording, refusals, blind_wording])
def test_every_sentence_that_names_a_key_has_another_one_for_where_there_is_none(module: ModuleType) -> None:
    texts = [
        node.value
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert any(KEY.search(text) for text in texts)
    assert [text for text in texts if KEY.search(without_keys(text))] == []


def test_what_scan_advises_can_be_done_with_reads(tmp_path: Path) -> None:
    tallyman = Tallyman(tmp_path)
    tallyman.bring_in(order("ORD-1", A=2), order("ORD-2", B=1))
    _, wrong, pending, ended, unknown = tallyman.scan("ORD-1", "SKU-B", "SKU-A", "TALLYMAN:ACK", "NOPE")
    assert wrong["message"].endswith(" Put it back, then scan TALLYMAN:ACK.")
    assert pending["message"].endswith(" Scan TALLYMAN:ACK, then scan it again.")
    assert ended["message"] == "Alarm ended: scan 2 × SKU-A."
    assert unknown["message"].endswith(" Scan another code on the item or call for help.")
