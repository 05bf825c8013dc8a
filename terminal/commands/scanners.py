"""`tallyman scanners`: what is connected, and what this computer needs to let the station have it."""

from __future__ import annotations

import click

from terminal.commands.calibrate import calibrate
from terminal.commands.common import DONE, Group, say

_UDEV = """\
# Lets people who are signed in at this computer use its barcode scanners, without being root.
# Save as /etc/udev/rules.d/70-tallyman.rules, then: udevadm control --reload && udevadm trigger
# 1. Scanners that type (kind evdev). Replace the two numbers by those that `tallyman scanners list` shows,
#    so that only the scanner is handed over and no keyboard that passwords are typed on.
# SUBSYSTEM=="input", KERNEL=="event*", ATTRS{idVendor}=="05e0", ATTRS{idProduct}=="1200", TAG+="uaccess"
# 2. HID-POS scanners (kind hidpos), by their numbers again.
# SUBSYSTEM=="hidraw", ATTRS{idVendor}=="0c2e", ATTRS{idProduct}=="0b61", TAG+="uaccess"
# 3. Scanners on USB serial (kinds serial and ssi), by their numbers again; ModemManager leaves them alone.
# SUBSYSTEM=="tty", ATTRS{idVendor}=="05e0", ATTRS{idProduct}=="1701", TAG+="uaccess", \
ENV{ID_MM_DEVICE_IGNORE}="1"
"""


@click.group(cls=Group)
def scanners() -> None:
    """What is connected, and what it needs."""


scanners.add_command(calibrate)


@scanners.command("udev")
def print_udev_rules() -> int:
    """Print udev rules for Linux. Nothing is changed: read them, then save them as root."""
    say(_UDEV.rstrip("\n"))
    return DONE
