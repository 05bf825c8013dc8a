"""What a scanner says of the symbology that it read."""

from __future__ import annotations

from enum import StrEnum


class AimPolicy(StrEnum):
    """Whether this scanner sends AIM symbology identifiers (ISO/IEC 15424) before each read."""

    REQUIRED = "required"
    """A read without one has lost its beginning."""
    OPTIONAL = "optional"
    """Taken off where there is one."""
    OFF = "off"
    """Never looked for: `]E0` at the start is part of the code."""
