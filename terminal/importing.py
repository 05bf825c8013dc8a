"""Orders from a file, asked for by keys: which file, what it would bring in, and who agrees. Pure."""

from __future__ import annotations

from dataclasses import field, replace
from enum import Enum, auto

from terminal.approving import Approving, Step
from terminal.order_file import Entry, FileRead, Listing
from verification.acts import ActKind
from verification.meaning import Person
from verification.offers import needs_approval
from verification.orders import Order
from verification.printable import printable
from verification.records import record

_LONGEST = 1_000
_LONGEST_NAME = 200
_PARENT = ".."


class Part(Enum):
    """What is asked, or done, now."""

    FILE = auto()
    READ = auto()
    """The file is being read."""
    FAULTS = auto()
    """Why nothing of it can be taken."""
    CONFIRM = auto()
    APPROVE = auto()
    WAIT = auto()
    """It is being brought in."""


@record
class Import:
    """An import as far as it is asked for."""

    by: Person | None
    """Who stands at the station."""
    connected: bool = False
    """Whether there is an Orders API, which an import creates nothing in."""
    part: Part = Part.FILE
    typed: str = ""
    """The path, as far as it is typed."""
    cursor: int = 0
    """The chosen row of what is listed."""
    listing: Listing | None = None
    file: str = ""
    """The path of the file that was chosen."""
    orders: tuple[Order, ...] = ()
    """What it would bring in."""
    faults: tuple[str, ...] = ()
    notice: str = ""
    approving: Approving = field(default_factory=Approving)

    @property
    def waits(self) -> bool:
        """Whether everything is said, and the orders are being brought in."""
        return self.part is Part.WAIT

    @property
    def folder(self) -> str:
        """The folder of the path typed so far, ending in `/`; empty for the working folder."""
        return self.typed[: self.typed.rfind("/") + 1]

    @property
    def wanted(self) -> str | None:
        """The folder that has to be listed; None while the one that is listed will do."""
        listed = self.listing is not None and self.listing.folder == self.folder
        return None if listed or self.part is not Part.FILE else self.folder

    @property
    def candidates(self) -> list[Entry]:
        """What goes on as the typed path does; what has exactly that name comes first."""
        if self.listing is None or self.listing.folder != self.folder:
            return []
        begun = self.typed[len(self.folder) :].casefold()
        parent = [Entry(_PARENT, is_folder=True)] if _PARENT.startswith(begun) else []
        found = [
            each
            for each in self.listing.entries
            if each.name.casefold().startswith(begun) and (begun or not each.name.startswith("."))
        ]
        return sorted([*found, *parent], key=lambda each: each.name.casefold() != begun)

    @property
    def source(self) -> str:
        """The file's name, as the log tells where the orders are from."""
        return printable(self.file.rstrip("/").rpartition("/")[2], _LONGEST_NAME)

    def took(self, character: str) -> Import:
        """With one more character typed."""
        match self.part:
            case Part.APPROVE:
                return replace(self, approving=self.approving.with_character(character))
            case Part.FILE:
                return self._with_path((self.typed + character)[:_LONGEST])
        return self

    def erased(self) -> Import:
        """With the last character taken away."""
        match self.part:
            case Part.APPROVE:
                return replace(self, approving=self.approving.without_last())
            case Part.FILE:
                return self._with_path(self.typed[:-1])
        return self

    def moved(self, by: int) -> Import:
        """With another row chosen, or at the top of what is shown."""
        match self.part:
            case Part.FILE:
                rows = len(self.candidates)
            case Part.FAULTS:
                rows = len(self.faults)
            case _:
                rows = len(self.orders)
        return replace(self, cursor=min(max(0, self.cursor + by), max(0, rows - 1)), notice="")

    def entered(self) -> Import:
        """With the file chosen, or the supervisor's name and PIN; a file with faults is read again."""
        match self.part:
            case Part.FILE:
                return self._chosen()
            case Part.FAULTS:
                return self._reading(self.file)
            case Part.APPROVE:
                approving, _ = self.approving.entered()
                waits = approving.step is Step.WAIT
                return replace(self, approving=approving, part=Part.WAIT if waits else Part.APPROVE)
        return self

    def listed(self, found: Listing) -> Import:
        """With a folder's listing there, unless another folder is wanted by now."""
        if found.folder != self.wanted:
            return self
        return replace(self, listing=found, cursor=0, notice=self.notice or found.refusal)

    def read(self, found: FileRead) -> Import:
        """With the file read, unless somebody went back meanwhile."""
        if self.part is not Part.READ or found.path != self.file:
            return self
        if found.is_folder:
            return replace(self._asked_again(), typed=f"{found.path.rstrip('/')}/")
        if found.refusal:
            return replace(self._asked_again(), notice=found.refusal)
        if found.faults:
            return replace(self, part=Part.FAULTS, faults=found.faults, cursor=0)
        return replace(self, part=Part.CONFIRM, orders=found.orders, cursor=0)

    def confirmed(self) -> Import:
        """With the import agreed to; a supervisor may have to follow."""
        if self.part is not Part.CONFIRM:
            return self
        follows = Part.APPROVE if needs_approval(ActKind.IMPORT, self.by) else Part.WAIT
        return replace(self, part=follows, approving=Approving(), notice="")

    def refused(self, why: str) -> Import:
        """Back at the last step with the reason why nothing was brought in."""
        return replace(self, part=Part.CONFIRM, approving=Approving(), notice=why)

    def back(self) -> Import | None:
        """One step back; None where there is none before this one."""
        match self.part:
            case Part.FILE:
                return None
            case Part.WAIT:
                return self
            case Part.APPROVE:
                return self.refused("")
        return self._asked_again()

    def _asked_again(self) -> Import:
        """At the question for the file, whose folder is listed anew."""
        return replace(self, part=Part.FILE, listing=None, cursor=0, orders=(), faults=(), notice="", file="")

    def _with_path(self, path: str) -> Import:
        return replace(self, typed=path, cursor=0, notice="")

    def _chosen(self) -> Import:
        """The row that is chosen, where there is one, else the path as it is typed."""
        candidates = self.candidates
        if candidates:
            entry = candidates[min(self.cursor, len(candidates) - 1)]
            if entry.name == _PARENT:
                return self._with_path(_above(self.folder))
            path = self.folder + entry.name
            return self._with_path(f"{path}/") if entry.is_folder else self._reading(path)
        if not self.typed:
            return replace(self, notice="Type the path of a file, then Enter.")
        return self._reading(self.typed)

    def _reading(self, path: str) -> Import:
        return replace(self, part=Part.READ, file=path, faults=(), notice="")


def _above(folder: str) -> str:
    """The folder above one that was typed."""
    last = folder.rstrip("/").rpartition("/")[2]
    if last in ("", ".", _PARENT) or last.startswith("~"):
        return "/" if folder.startswith("/") and not last else f"{folder}../"
    return folder.rstrip("/")[: -len(last)]
