"""The kinds of scanner in the station's file: what each may say, and one sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.config import ConfigError, Feedback, ScannerKind, ScannerSettings, UsbMatch, load
from terminal.scanners.keyboards import LAYOUTS
from terminal.scanners.settings_file import host_and_port

TCP = '[[scanner]]\nid = "t"\nkind = "tcp"\n'
SSI = '[[scanner]]\nid = "s"\nkind = "ssi"\n'
EVDEV = '[[scanner]]\nid = "e"\nkind = "evdev"\n'
HIDPOS = '[[scanner]]\nid = "h"\nkind = "hidpos"\n'
PORT = 'port = "/dev/x"\n'
KEYBOARDS = ", ".join(LAYOUTS)
HOST_AND_PORT = 'a host and a port such as "192.168.1.20:4001" or "[::1]:4001"'
MATCH = "match = { vid = 0x05e0, pid = 0x1701 }\n"


def only(folder: Path, text: str) -> ScannerSettings:
    path = folder / "station.toml"
    path.write_text(text)
    (scanner,) = load(path, {}).scanners
    return scanner


def test_each_kind_takes_its_own_keys(tmp_path: Path) -> None:
    tcp = only(tmp_path, TCP + 'address = "10.0.0.7:4001"\nfeedback = "datalogic"\n')
    assert (tcp.address, tcp.listen, tcp.feedback) == ("10.0.0.7:4001", None, Feedback.DATALOGIC)
    assert only(tmp_path, TCP + 'listen = "[::]:4001"\n').listen == "[::]:4001"
    ssi = only(tmp_path, SSI + PORT + "baud = 9600\nrts_cts = true\n")
    assert (ssi.kind, ssi.feedback, ssi.rts_cts) == (ScannerKind.SSI, Feedback.SSI, True)
    assert ssi.framing.suffixes == ()
    assert only(tmp_path, SSI + MATCH + 'feedback = "none"\n').feedback is Feedback.NONE
    evdev = only(tmp_path, EVDEV + MATCH + 'layout = "de"\n')
    assert (evdev.layout, evdev.host_layout) == ("de", "de")
    assert evdev.framing.suffixes == (b"\r", b"\n", b"\t")
    assert only(tmp_path, HIDPOS).match is None
    assert only(tmp_path, HIDPOS + MATCH).match == UsbMatch(0x05E0, 0x1701)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TCP, "scanner[1].address or listen says where the scanner is: give one; neither is given."),
        (
            TCP + 'address = "a:1"\nlisten = "b:2"\n',
            "scanner[1].address or listen says where the scanner is: give one; both are given.",
        ),
        (
            TCP + 'address = "10.0.0.7"\n',
            f'scanner[1].address is "10.0.0.7", but {HOST_AND_PORT} is allowed.',
        ),
        (
            TCP + 'listen = "0.0.0.0:70000"\n',
            f'scanner[1].listen is "0.0.0.0:70000", but {HOST_AND_PORT} is allowed.',
        ),
        (
            TCP + 'address = "a:1"\nbaud = 9600\n',
            "scanner[1].baud has no meaning here: it belongs to a scanner of kind serial or ssi.",
        ),
        (SSI, "scanner[1].port or match says where the scanner is: give one; neither is given."),
        (
            SSI + PORT + 'feedback = "honeywell"\n',
            'scanner[1].feedback is "honeywell", but "ssi" or "none" is allowed.',
        ),
        (
            SSI + PORT + "rts_cts = 1\n",
            "scanner[1].rts_cts is 1, but true or false is allowed.",
        ),
        (
            EVDEV + PORT + 'layout = "xx"\n',
            f'scanner[1].layout is "xx", but one of {KEYBOARDS} is allowed for a scanner of kind evdev.',
        ),
        (
            EVDEV + PORT + 'host_layout = "us"\n',
            "scanner[1].host_layout has no meaning here: it belongs to a scanner of kind wedge.",
        ),
        (EVDEV + PORT + 'feedback = "bel"\n', 'scanner[1].feedback is "bel", but "none" is allowed.'),
        (
            HIDPOS + PORT,
            "scanner[1].port has no meaning here: it belongs to a scanner of kind serial, ssi or evdev.",
        ),
        (
            HIDPOS + "match = { pid = 1 }\n",
            "scanner[1].match.vid is missing: a USB device is known by vid and pid.",
        ),
    ],
)
def test_a_mistake_names_its_place_and_what_is_allowed(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        only(tmp_path, text)
    assert str(refused.value) == f"{tmp_path / 'station.toml'}: {sentence}"


@pytest.mark.parametrize("name", ["keys", "stdin", "sync", "command-line"])
def test_no_scanner_has_the_name_of_what_is_none(tmp_path: Path, name: str) -> None:
    kept = 'but "command-line", "keys", "stdin" or "sync" is what the log names where no scanner read'
    with pytest.raises(ConfigError, match=f'id is "{name}", {kept}; give it another name'):
        only(tmp_path, f'[[scanner]]\nid = "{name}"\nkind = "hidpos"\n')


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("10.0.0.7:4001", ("10.0.0.7", 4001)),
        ("gate.example:1", ("gate.example", 1)),
        ("[fe80::1%eth0]:4001", ("fe80::1%eth0", 4001)),
        ("::1:4001", None),
        (":4001", None),
        ("a:0", None),
        ("http://a:80", None),
        ("a b:1", None),
    ],
)
def test_an_address_is_a_host_and_a_port(address: str, parts: tuple[str, int] | None) -> None:
    assert host_and_port(address) == parts
