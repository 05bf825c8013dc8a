"""`tallyman scanners list` and `udev`: what there is is shown, what is missing is said, nothing crashes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from terminal.cli import main
from terminal.scanners import hid_line, survey
from terminal.scanners.input_devices import InputDevice
from terminal.scanners.settings import ScannerKind, UsbMatch
from terminal.scanners.udev import numbers, rule
from tests.terminal.scanners.bench import Cable
from tests.terminal.scanners.test_hid import FakeHidapi, device

KEYBOARD = '[[scanner]]\nid = "keyboard"\nkind = "wedge"\n'


def written(folder: Path, text: str) -> str:
    path = folder / "station.toml"
    path.write_text(text)
    return str(path)


def listed(config: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, str]]]:
    assert main(["scanners", "list", "--json", "--config", config]) == 0
    shown: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    return shown


def test_each_scanner_of_the_file_is_listed_with_its_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Cable() as cable:
        text = (
            f'[[scanner]]\nid = "gun"\nkind = "ssi"\nport = "{cable.name}"\n'
            '[[scanner]]\nid = "gone"\nkind = "serial"\nport = "/dev/no-such-port"\n'
            '[[scanner]]\nid = "typing"\nkind = "evdev"\nport = "/dev/input/no-such-device"\n'
            '[[scanner]]\nid = "gate"\nkind = "tcp"\nlisten = "127.0.0.1:65531"\n'
        )
        shown = listed(written(tmp_path, KEYBOARD + text), capsys)["scanners"]
        assert [(s["id"], s["kind"]) for s in shown] == [
            ("keyboard", "wedge"),
            ("gun", "ssi"),
            ("gone", "serial"),
            ("typing", "evdev"),
            ("gate", "tcp"),
        ]
        assert shown[0]["state"] == "ready"
        assert (shown[1]["state"], shown[1]["detail"]) == ("ready", f"Connected at {cable.name}.")
        assert (shown[2]["state"], shown[2]["detail"][:20]) == ("disconnected", "Nothing is connected")
        assert shown[3]["state"] in ("failed", "disconnected")
        assert shown[4]["state"] in ("failed", "disconnected")


def test_what_is_plugged_in_is_listed_with_the_numbers_that_match_wants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typing = InputDevice("/dev/input/event7", "Symbol Bar Code Scanner", 0x05E0, 0x1200, "S1")
    board = InputDevice("/dev/input/event3", "AT \x1b[2J keyboard", 0, 0, "")
    monkeypatch.setattr(survey, "DEVICES", tmp_path)
    monkeypatch.setattr(survey, "typing_devices", lambda: [typing, board])
    monkeypatch.setattr(hid_line, "hidapi", lambda: FakeHidapi(device()))
    config = written(tmp_path, KEYBOARD)
    shown = listed(config, capsys)
    found = [f for f in shown["found"] if f["way"] != "serial"]
    assert found[0] == {
        "way": "evdev",
        "place": "/dev/input/event7",
        "name": "Symbol Bar Code Scanner",
        "usb": "vid = 0x05e0, pid = 0x1200",
        "serial_number": "S1",
        "note": "looks like a scanner",
    }
    assert found[1]["note"] == "a keyboard"
    assert found[2]["way"] == "hidpos"
    assert shown["missing"] == []
    assert main(["scanners", "list", "--config", config]) == 0
    text = capsys.readouterr().out
    assert "keyboard  wedge  ready: It types into the terminal." in text
    assert "vid = 0x0c2e, pid = 0x0b61" in text
    assert "\x1b" not in text


def test_what_this_computer_lacks_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "input"
    monkeypatch.setattr(survey, "DEVICES", nowhere)
    monkeypatch.setattr(hid_line, "hidapi", lambda: None)
    shown = listed(written(tmp_path, KEYBOARD + '[[scanner]]\nid = "pos"\nkind = "hidpos"\n'), capsys)
    assert shown["missing"] == [
        f"There is no {nowhere} here: scanners of kind evdev need a Linux with input devices.",
        hid_line.NO_HIDAPI,
    ]
    assert shown["scanners"][1]["detail"] == hid_line.NO_HIDAPI


def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scanners", "list", "--config", written(tmp_path, "[[scanner]]\n")]) == 2
    assert capsys.readouterr().err.endswith("every scanner has a name of its own.\n")


def test_rules_are_printed_for_the_scanners_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        '[[scanner]]\nid = "typing"\nkind = "evdev"\nmatch = { vid = 0x05e0, pid = 0x1200 }\n'
        '[[scanner]]\nid = "pos"\nkind = "hidpos"\n'
        'match = { vid = 0x0c2e, pid = 0x0b61, serial_number = "S1" }\n'
    )
    assert main(["scanners", "udev", "--config", written(tmp_path, text)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line and not line.startswith("#")]
    typing, pos = 'ATTRS{idVendor}=="05e0", ATTRS{idProduct}=="1200"', 'ATTRS{serial}=="S1"'
    assert lines == [
        f'SUBSYSTEM=="input", KERNEL=="event*", {typing}, TAG+="uaccess"',
        f'SUBSYSTEM=="hidraw", ATTRS{{idVendor}}=="0c2e", ATTRS{{idProduct}}=="0b61", {pos}, TAG+="uaccess"',
    ]


def test_without_such_scanners_every_rule_is_an_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scanners", "udev", "--config", written(tmp_path, KEYBOARD)]) == 0
    out = capsys.readouterr().out
    assert "/etc/udev/rules.d/70-tallyman.rules" in out
    assert all(line.startswith("#") for line in out.splitlines() if line)


def test_a_serial_number_cannot_break_out_of_its_rule() -> None:
    device = numbers(UsbMatch(1, 2, 'S"*, RUN+="/bin/sh'))
    assert device.count('"') == 6
    assert rule(ScannerKind.SSI, device).count("RUN+=") == 0


def test_a_port_that_may_not_be_opened_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Cable() as cable:
        monkeypatch.setattr(os, "access", lambda _path, _mode: False)
        assert "tallyman scanners udev" in survey._right(cable.name)
