"""Changing one scanner in `scanners.toml`: remarks stay, and the file is never half written or invalid."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.config import load
from terminal.config_table import ConfigError
from terminal.scanner_file import Change, changed, changes, write
from terminal.scanners.calibration import Findings
from terminal.scanners.layout_repair import Layouts
from terminal.scanners.settings import DEFAULT_WEDGE

SHIPPED = Path(__file__).parents[2] / "scanners.toml"
FOUND = Findings(layouts=Layouts("us", "de", True), prefix=b"\x02", suffix=b"\x03", substitute="|")
ALL = changes(DEFAULT_WEDGE, FOUND)


def remarks(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def test_every_remark_of_the_shipped_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "scanners.toml"
    path.write_bytes(SHIPPED.read_bytes())
    path.chmod(0o640)
    write(path, "keyboard", ALL, {})
    assert remarks(path.read_text()) == remarks(SHIPPED.read_text())
    assert path.stat().st_mode & 0o777 == 0o640
    wedge = load(path, {}).wedge
    assert wedge is not None
    assert (wedge.repair.layouts, wedge.separator) == (FOUND.layouts, "|")
    assert (wedge.framing.prefix, wedge.framing.suffixes) == (b"\x02", (b"\x03",))
    assert [each.name for each in tmp_path.iterdir()] == ["scanners.toml"]
    assert changes(wedge, FOUND) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[station]\nid = "a"\n# last',
        '[[scanner]]\nid = "keyboard"\nkind = "wedge"',
        (
            '[[scanner]]\nid="keyboard"\nkind="wedge"\n[scanner.framing]\nsuffix=["\\t"] # why\n'
            '[[scanner]]\nid="b"\nkind="tcp"\naddress="h:1"\n'
        ),
        '[[scanner]]\r\nid = "keyboard" # a\r\nkind = "wedge"\r\n',
        '\ufeff[[scanner]]\nid = "keyboard"\nkind = "wedge"\nrepair = { separator = "~" }\n',
    ],
)
def test_any_way_to_write_the_table_is_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scanners.toml"
    path.write_bytes(text.encode())
    write(path, "keyboard", ALL, {})
    assert remarks(path.read_text()) == remarks(text)
    assert path.read_bytes().startswith("\ufeff".encode()) is text.startswith("\ufeff")
    wedge = load(path, {}).wedge
    assert wedge is not None
    assert changes(wedge, FOUND) == []


def test_a_change_that_the_station_would_refuse_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "scanners.toml"
    path.write_text('[[scanner]]\nid = "keyboard"\nkind = "wedge"\n')
    with pytest.raises(ConfigError, match="nothing was written"):
        write(path, "keyboard", [Change(("host_layout",), "xx")], {})
    assert path.read_text() == '[[scanner]]\nid = "keyboard"\nkind = "wedge"\n'
    assert [each.name for each in tmp_path.iterdir()] == ["scanners.toml"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text('[[scanner]]\nid = "keyboard"\nkind = "wedge"\n')
    link = tmp_path / "scanners.toml"
    link.symlink_to(real)
    write(link, "keyboard", ALL, {})
    assert link.is_symlink()
    assert "host_layout" in real.read_text()


def test_agreeing_keyboards_end_a_repair_that_is_no_longer_needed() -> None:
    text = changed('[[scanner]]\nid = "k"\nkind = "wedge"\n', "k", [Change(("host_layout",), "de")])
    assert 'host_layout = "de"' in text
    repaired = DEFAULT_WEDGE.__class__(
        "k", DEFAULT_WEDGE.kind, DEFAULT_WEDGE.framing, layout="us", host_layout="de"
    )
    made = changes(repaired, Findings(suffix=b"\r"))
    assert [str(change) for change in made] == ['layout = "de"']


def test_a_serial_scanner_has_no_keyboard_to_change(tmp_path: Path) -> None:
    path = tmp_path / "scanners.toml"
    path.write_text('[[scanner]]\nid = "g"\nkind = "serial"\nport = "loop://"\n')
    (gun,) = load(path, {}).scanners
    made = changes(gun, Findings(suffix=b"\x03", substitute="\x1e"))
    assert [str(change) for change in made] == [
        'repair.separator = "\\u001e"',
        'framing.suffix = ["\\u0003"]',
    ]
