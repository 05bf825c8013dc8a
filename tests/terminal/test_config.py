"""The station's file: what it may say, and one sentence for every mistake."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.config import (
    Config,
    ConfigError,
    Entrusted,
    Feedback,
    ScannerKind,
    UsbMatch,
    WrongItem,
    load,
)
from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.decoding import decode
from terminal.scanners.framing import Framing
from terminal.scanners.layout_repair import Layouts, Repair

SHIPPED = Path(__file__).parents[2] / "scanners.toml"
FROM_THE_DESIGN = """
[station]
id = "dock-7"
name = "Rampe Süd"
[orders_api]
url = "https://acme.example/api/integrations/v1/"
[policy]
sign_in = false
wrong_item = "beep"
quantity_entry = "supervisor"
blind_recheck_percent = 5
[[scanner]]
id = "gun-1"
kind = "serial"
match = { vid = 0x05e0, pid = 0x1701, serial_number = "S1" }
baud = 115200
framing = { prefix = "\\u0002", suffix = ["\\u0003"], idle_ms = 400, max_len = 8192 }
aim_id = "required"
duplicate_ms = 700
feedback = "bel"
[[scanner]]
id = "keyboard"
kind = "wedge"
framing = { prefix = "", suffix = ["\\r", "\\n", "\\t"], idle_ms = 500, max_len = 512 }
layout = "de"
host_layout = "de"
"""
WEDGE = '[[scanner]]\nid = "k"\nkind = "wedge"\n'
KINDS = '"wedge", "serial", "tcp", "ssi", "evdev" or "hidpos"'
SERIAL = '[[scanner]]\nid = "g"\nkind = "serial"\nport = "loop://"\n'


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "station.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refused(folder: Path, text: str | bytes) -> str:
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


def test_the_shipped_file_says_what_holds_without_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    built_in = load(None, {})
    shipped = load(SHIPPED, {})
    assert built_in == Config()
    assert dataclasses.replace(shipped, path=None) == built_in
    assert built_in.wedge is built_in.scanners[0]


def test_every_key_of_the_design_is_understood(tmp_path: Path) -> None:
    config = load(written(tmp_path, FROM_THE_DESIGN), {})
    assert (config.station.id, config.station.name) == ("dock-7", "Rampe Süd")
    assert config.orders_api.url == "https://acme.example/api/integrations/v1"
    assert (config.policy.sign_in, config.policy.wrong_item) == (False, WrongItem.BEEP)
    assert config.policy.quantity_entry is Entrusted.SUPERVISOR
    assert config.policy.blind_recheck_percent == 5
    gun, keyboard = config.scanners
    assert gun.match == UsbMatch(0x05E0, 0x1701, "S1")
    assert gun.framing == Framing(b"\x02", (b"\x03",), 400, 8192)
    assert (gun.baud, gun.aim_id, gun.duplicate_ms) == (115200, AimPolicy.REQUIRED, 700)
    assert (gun.feedback, gun.kind) == (Feedback.BEL, ScannerKind.SERIAL)
    assert keyboard.framing == Framing(b"", (b"\r", b"\n", b"\t"), 500, 512)
    assert (keyboard.layout, config.wedge) == ("de", keyboard)
    assert config.scanner("gun-1") is gun
    assert config.scanner("gun-2") is None


def test_what_is_particular_to_an_api_is_understood(tmp_path: Path) -> None:
    text = '[orders_api]\nidentifier = "id"\ncode_fields = []\ncase_fields = { carton = "per_carton" }\n'
    api = load(written(tmp_path, text), {}).orders_api
    assert (api.identifier.value, api.code_fields, api.case_fields) == ("id", (), {"carton": "per_carton"})


def test_what_calibration_found_is_understood(tmp_path: Path) -> None:
    repaired = 'layout = "us"\nhost_layout = "de"\nrepair = { caps_lock = true, separator = "|" }\n'
    config = load(written(tmp_path, WEDGE + repaired + SERIAL + 'repair = { separator = "\\u001e" }\n'), {})
    keyboard, gun = config.scanners
    assert keyboard.repair == Repair(Layouts("us", "de", caps_lock=True), "|")
    assert gun.repair == Repair(separator="\x1e", typed=False)
    assert text_of(config, "k", b"+e04006381333931") == "4006381333931"


def text_of(config: Config, scanner_id: str, data: bytes) -> str:
    scanner = config.scanner(scanner_id)
    assert scanner is not None
    return decode(data, aim_id=scanner.aim_id, repair=scanner.repair).text


def test_the_file_is_sought_in_the_working_folder_and_then_in_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    own = tmp_path / "home" / "tallyman" / "scanners.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[station]\nid = "own"\n')
    assert load(None, {}).path == own
    (tmp_path / "scanners.toml").write_text('[station]\nid = "here"\n')
    assert load(None, {}).station.name == "here"


def test_the_environment_overrides_and_the_key_is_never_printed(tmp_path: Path) -> None:
    environ = {"TALLYMAN_API_URL": "http://127.0.0.1:8000/v1", "TALLYMAN_API_KEY": "sk_live_hush"}
    config = load(written(tmp_path, '[orders_api]\nurl = "https://a.example"\n'), environ)
    assert config.orders_api.url == "http://127.0.0.1:8000/v1"
    assert config.orders_api.key == "sk_live_hush"
    assert "hush" not in repr(config)
    assert load(written(tmp_path, ""), {"TALLYMAN_API_KEY": " "}).orders_api.key is None


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"TALLYMAN_API_URL": "acme"},
            'TALLYMAN_API_URL is "acme", but an address such as https://host/api/integrations/v1 is allowed.',
        ),
        (
            {"TALLYMAN_API_URL": "http://127.0.0.1:1/\x1b[31m"},
            (
                r'TALLYMAN_API_URL is "http://127.0.0.1:1/\x1b[31m", but an address such as'
                " https://host/api/integrations/v1 is allowed."
            ),
        ),
        (
            {"TALLYMAN_API_URL": f"https://{'a' * 70}/"},
            (
                f'TALLYMAN_API_URL is "https://{"a" * 51}…", but a host\'s name of letters, digits and -,'
                " at most 63 between two dots, is allowed."
            ),
        ),
        (
            {"TALLYMAN_API_KEY": "sk_live_a\nHost: b"},
            "TALLYMAN_API_KEY holds blanks, control or non-ASCII characters, but a key has none.",
        ),
    ],
)
def test_the_environment_is_checked_too(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, ""), environ)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[station]\nid = \n", "it is not valid TOML: Invalid value (at line 2, column 6)."),
        (
            "[station]\nid='a'\nid='b'",
            "it is not valid TOML: Cannot overwrite a value (at end of document).",
        ),
        (b"[station]\nname = '\xe9'", "byte 19 is not UTF-8 text; save the file as UTF-8."),
        ("[stations]\n", "stations is not a known key; the nearest one is station."),
        ("station = 1\n", "station is 1, but a table is allowed."),
        ("[station]\nid = 7\n", "station.id is 7, but 1 to 32 printable characters in quotes are allowed."),
        (
            '[station]\nid = "a b"\n',
            'station.id is "a b", but letters, digits, - and _ are allowed, and no blanks or dots.',
        ),
        (
            '[station]\nid = "\\u001b[2J"\n',
            'station.id is "\\x1b[2J", but 1 to 32 printable characters in quotes are allowed.',
        ),
        ("[policy]\nsign_in = 1\n", "policy.sign_in is 1, but true or false is allowed."),
        (
            '[policy]\nwrong_item = "horn"\n',
            'policy.wrong_item is "horn", but "alarm" or "beep" is allowed.',
        ),
        (
            "[policy]\nquantity_entry = true\n",
            'policy.quantity_entry is true, but "never", "operator" or "supervisor" is allowed.',
        ),
        (
            "[policy]\nblind_recheck_percent = 101\n",
            "policy.blind_recheck_percent is 101, but a whole number from 0 to 100 is allowed.",
        ),
        (
            '[orders_api]\nurl = "http://acme.example"\n',
            (
                'orders_api.url is "http://acme.example", but http is allowed for this computer only '
                "(localhost, 127.0.0.1); use https."
            ),
        ),
        (
            '[orders_api]\nurl = "https://"\n',
            (
                'orders_api.url is "https://", but an address such as https://host/api/integrations/v1 '
                "is allowed."
            ),
        ),
        (
            '[orders_api]\nurl = "https://[::1"\n',
            (
                'orders_api.url is "https://[::1", but an address such as '
                "https://host/api/integrations/v1 is allowed."
            ),
        ),
        (
            '[orders_api]\nidentifier = "number"\n',
            (
                'orders_api.identifier is "number", but "order_number", "external_order_id" or "id"'
                " is allowed."
            ),
        ),
        (
            '[orders_api]\ncode_fields = "gtin"\n',
            (
                'orders_api.code_fields is "gtin", but a list of names such as'
                ' ["barcode", "gtin", "ean", "upc"] is allowed.'
            ),
        ),
        (
            "[orders_api]\ncase_fields = { case_gtin = 12 }\n",
            (
                "orders_api.case_fields is a table, but a table such as"
                ' { case_gtin = "case_units" } is allowed.'
            ),
        ),
        (
            '[orders_api]\ncase_fields = { gtin = "units" }\n',
            (
                'orders_api.case_fields names "gtin", but code_fields does too, and a code is of one unit or'
                " of a case."
            ),
        ),
        ('scanner = "a"\n', 'scanner is "a", but [[scanner]] tables are allowed.'),
        ('[[scanner]]\nkind = "wedge"\n', "scanner[1].id is missing: every scanner has a name of its own."),
        ('[[scanner]]\nid = "k"\n', f"scanner[1].kind is missing, but {KINDS} is allowed."),
        ('[[scanner]]\nid = "k"\nkind = "usb"\n', f'scanner[1].kind is "usb", but {KINDS} is allowed.'),
        (
            WEDGE + "framing = { idle_ms = '5' }\n",
            'scanner[1].framing.idle_ms is "5", but a whole number from 50 to 10000 is allowed.',
        ),
        (
            WEDGE + "framing = { idle = 5 }\n",
            "scanner[1].framing.idle is not a known key; the nearest one is idle_ms.",
        ),
        (
            WEDGE + "framing = { suffix = [] }\n",
            (
                'scanner[1].framing.suffix is an empty list, but a list of strings such as ["\\r", "\\n"] is '
                "allowed."
            ),
        ),
        (
            WEDGE + "framing = { suffix = '\\r' }\n",
            'scanner[1].framing.suffix is "\\r", but a list of strings such as ["\\r", "\\n"] is allowed.',
        ),
        (
            WEDGE + "framing = { prefix = '*', suffix = ['*'] }\n",
            (
                'scanner[1].framing.prefix is "*", but the beginning of a read must differ from its end '
                "(suffix)."
            ),
        ),
        (
            WEDGE + "layout = 'xx'\n",
            (
                'scanner[1].layout is "xx", but one of us, uk, de, fr, es, it, pl, cz, tr, se, no, dk, fi, '
                "be, ch, nl, pt is allowed."
            ),
        ),
        (
            WEDGE + "layout = 'us'\nhost_layout = 'be'\n",
            (
                "scanner[1].layout us on a host_layout be cannot be repaired, for not all keys of both are "
                "known; set the scanner to the computer's layout."
            ),
        ),
        (
            WEDGE + "layout = 'be'\nhost_layout = 'be'\nrepair = { caps_lock = true }\n",
            (
                "scanner[1].layout be on a host_layout be cannot be repaired, for not all keys of both are "
                "known; set the scanner to the computer's layout."
            ),
        ),
        (
            WEDGE + "repair = { caps_lock = 1 }\n",
            "scanner[1].repair.caps_lock is 1, but true or false is allowed.",
        ),
        *(
            (
                kind + f"repair = {{ separator = '{held}' }}\n",
                (
                    f'scanner[1].repair.separator is "{held}", which GS1 data can hold itself; a control'
                    " character or one of # $ @ [ \\ ] ^ ` { | } ~ is allowed."
                ),
            )
            for kind in (WEDGE, SERIAL)
            for held in ("0", "A", "_", "<GS>")
        ),
        (
            SERIAL + "repair = { caps_lock = true }\n",
            "scanner[1].repair.caps_lock has no meaning here: it belongs to a scanner of kind wedge.",
        ),
        (
            WEDGE + "port = 'COM3'\n",
            "scanner[1].port has no meaning here: it belongs to a scanner of kind serial, ssi or evdev.",
        ),
        (WEDGE + "feedback = 'bel'\n", 'scanner[1].feedback is "bel", but "none" is allowed.'),
        (
            SERIAL + "feedback = 'ssi'\n",
            'scanner[1].feedback is "ssi", but "none", "bel", "honeywell" or "datalogic" is allowed.',
        ),
        (
            SERIAL + "layout = 'us'\n",
            "scanner[1].layout has no meaning here: it belongs to a scanner of kind wedge or evdev.",
        ),
        (
            SERIAL + "match = { vid = 1, pid = 1 }\n",
            "scanner[1].port or match says where the scanner is: give one; both are given.",
        ),
        (
            '[[scanner]]\nid = "g"\nkind = "serial"\n',
            "scanner[1].port or match says where the scanner is: give one; neither is given.",
        ),
        (
            '[[scanner]]\nid = "g"\nkind = "serial"\nmatch = { vid = 1 }\n',
            "scanner[1].match.pid is missing: a USB device is known by vid and pid.",
        ),
        (
            '[[scanner]]\nid = "g"\nkind = "serial"\nmatch = { vid = 70000, pid = 1 }\n',
            "scanner[1].match.vid is 70000, but a whole number from 1 to 65535 is allowed.",
        ),
        (SERIAL + "baud = 1\n", "scanner[1].baud is 1, but a whole number from 300 to 4000000 is allowed."),
        (
            WEDGE + SERIAL.replace('"g"', '"k"'),
            'scanner[2].id is "k", but another scanner has that id already.',
        ),
        (
            WEDGE + WEDGE.replace('"k"', '"l"'),
            'scanner[2].kind is "wedge", but a terminal has one keyboard: only one scanner may be a wedge.',
        ),
    ],
)
def test_a_mistake_names_its_place_and_what_is_allowed(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    assert refused(tmp_path, text) == sentence


@pytest.mark.parametrize(
    "text",
    [
        '[orders_api]\napi_key = "hush-hush"\n',
        '[orders_api]\nKey = "hush-hush"\n',
        '[station]\nname = "sk_live_hush-hush"\n',
        '[[scanner]]\nid = "a"\nkind = "wedge"\nframing = { suffix = ["sk_live_hush-hush"] }\n',
    ],
)
def test_an_api_key_in_the_file_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    sentence = refused(tmp_path, text)
    assert "hush" not in sentence
    assert "TALLYMAN_API_KEY" in sentence


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: there is no such file\.$"):
        load(tmp_path / "nowhere.toml", {})
    with pytest.raises(ConfigError, match=r": it cannot be read \(Is a directory\)\.$"):
        load(tmp_path, {})


ABSURD = {
    f"[{'.'.join('a' * 3000)}]\n": "it is nested too deep",
    f"a = {'[' * 3000}{']' * 3000}\n": "it is nested too deep",
    f"[policy]\nblind_recheck_percent = {'9' * 5000}\n": "a number in it is too long",
    f"[policy]\nblind_recheck_percent = 0x{'f' * 5000}\n": "is a number of very many digits, but a whole",
}


@pytest.mark.parametrize("text", ABSURD, ids=range(len(ABSURD)))
def test_a_file_beyond_all_measure_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=ABSURD[text]):
        load(written(tmp_path, text), {})


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load(written(tmp_path, '\ufeff[station]\nid = "a"\n'), {}).station.id == "a"


def test_an_empty_list_of_scanners_means_none(tmp_path: Path) -> None:
    config = load(written(tmp_path, "scanner = []\n"), {})
    assert config.scanners == ()
    assert config.wedge is None


def test_reading_the_file_imports_nothing_heavy() -> None:
    script = (
        "import sys; from pathlib import Path; from terminal.config import load;"
        f"load(Path({str(SHIPPED)!r}), {{}});"
        "heavy = {'biip', 'serial', 'textual', 'httpx', 'msgspec', 'platformdirs'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("url", ["https://ana:hush-hush@acme.example", "https://acme.example/?key=hush-hush"])
def test_an_address_with_a_password_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    rule = "is an address that is not shown, but an address without user, password, ? and # is allowed."
    for text, environ in ((f"[orders_api]\nurl = '{url}'\n", {}), ("", {"TALLYMAN_API_URL": url})):
        with pytest.raises(ConfigError) as caught:
            load(written(tmp_path, text), environ)
        assert str(caught.value).endswith(rule)
        assert "hush" not in str(caught.value)
