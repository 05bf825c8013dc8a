"""A Zebra scanner in SSI mode on a serial line, which goes on where an earlier process left off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.scanners.aim_policy import AimPolicy
from terminal.scanners.serial_line import SerialSource
from terminal.scanners.ssi_dialogue import SsiDialogue

if TYPE_CHECKING:
    from terminal.scanners.framing import Frame
    from terminal.scanners.settings import ScannerSettings
    from terminal.scanners.source import Acknowledged


class SsiSource(SerialSource):
    """Implements `Resuming`."""

    def __init__(self, settings: ScannerSettings) -> None:
        identify = settings.aim_id is not AimPolicy.OFF
        self._ssi = SsiDialogue(settings.framing, settings.feedback, identify=identify)
        super().__init__(settings, dialogue=self._ssi)

    def resume(self, unanswered: Frame | None, acknowledged: Acknowledged) -> None:
        """Take what the scanner may send again, and whom to tell of each acknowledgement."""
        self._ssi.unanswered = unanswered
        self._answered = acknowledged
