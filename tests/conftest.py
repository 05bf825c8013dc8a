"""What all tests stand on."""

from __future__ import annotations

import signal

# A shell that starts the tests in the background has them and the programs under test ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
