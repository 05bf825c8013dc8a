"""Reads one input device to its end, in a process of its own: `python evdev_reader.py /dev/input/event7`.

The kernel keeps 64 events for a reader, which is a code of some twenty characters. This process does
nothing but take them out, so that none is lost while the station is busy. It imports as little as it can.

To standard output: `+` once the device is taken, then its records as they come; or `-` and the error number.
Ends when the device is gone, or when standard input is closed, which it is as soon as the station is.
"""

from __future__ import annotations

import os
import select
import sys

_GRAB = 0x40044590
"""EVIOCGRAB (linux/input.h): nobody else gets the events, not even the console."""
_CLOCK = 0x400445A0
"""EVIOCSCLOCKID: the clock of the events."""
_MONOTONIC = 1
_AT_ONCE = 24 * 256
_MOST_KEPT = 8_000_000
"""Bytes for a station that does not read; beyond them the kernel drops events, and says so."""


def take(path: str) -> int:
    """Open a device for this process alone. Raises OSError."""
    import fcntl

    device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.ioctl(device, _GRAB, 1)
        fcntl.ioctl(device, _CLOCK, _MONOTONIC.to_bytes(4, sys.byteorder))
    except OSError:
        os.close(device)
        raise
    return device


def relay(device: int, station: int, leash: int) -> None:
    """Pass on what comes from `device` until it ends, `station` does, or `leash` is let go."""
    os.set_blocking(station, False)
    kept = bytearray()
    while True:
        reads = [leash, *([device] if len(kept) < _MOST_KEPT else [])]
        ready, writable, _ = select.select(reads, [station] if kept else [], [])
        if leash in ready:
            return
        try:
            if device in ready:
                data = os.read(device, _AT_ONCE)
                if not data:
                    return
                kept += data
            if kept and (writable or device in ready):
                del kept[: os.write(station, kept)]
        except BlockingIOError:
            continue
        except OSError:
            return


def main(path: str) -> int:
    """Say whether the device could be taken, then relay it."""
    try:
        device = take(path)
    except OSError as error:
        os.write(1, b"-%d\n" % (error.errno or 0))
        return 1
    os.write(1, b"+")
    relay(device, 1, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
