"""A new order as somebody types it: its number, then line after line. Pure: nothing is made yet."""

from __future__ import annotations

from dataclasses import field, replace
from enum import Enum, auto

from store.order_shape import Fault, order_from_api
from terminal.approving import Approving, Step
from verification.acts import ActKind
from verification.meaning import Person
from verification.offers import needs_approval
from verification.orders import Order
from verification.records import record

_LONGEST = 200
_HOW = "A line is typed as SKU-A 3: the SKU, a blank, the units."


class Part(Enum):
    """What is typed now."""

    NUMBER = auto()
    LINE = auto()
    CONFIRM = auto()
    APPROVE = auto()
    WAIT = auto()
    """It is being made."""


@record
class Draft:
    """The order as far as it is typed."""

    by: Person | None
    """Who stands at the station."""
    part: Part = Part.NUMBER
    number: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    """SKU and units."""
    typed: str = ""
    notice: str = ""
    approving: Approving = field(default_factory=Approving)

    @property
    def order(self) -> Order:
        """The order, under a new id. Raises Fault when it breaks a rule of the API's shape."""
        items = [{"sku_code": sku, "quantity": units} for sku, units in self.lines]
        return order_from_api({"order_number": self.number, "items": items})

    @property
    def waits(self) -> bool:
        """Whether everything is said, and the order is being made."""
        return self.part is Part.WAIT

    def took(self, character: str) -> Draft:
        """With one more character typed."""
        match self.part:
            case Part.APPROVE:
                return replace(self, approving=self.approving.with_character(character))
            case Part.NUMBER | Part.LINE:
                return replace(self, typed=(self.typed + character)[:_LONGEST], notice="")
        return self

    def erased(self) -> Draft:
        """With the last character taken away."""
        if self.part is Part.APPROVE:
            return replace(self, approving=self.approving.without_last())
        return replace(self, typed=self.typed[:-1], notice="")

    def moved(self, by: int) -> Draft:
        """There is nothing to choose from."""
        del by
        return self

    def entered(self) -> Draft:
        """With what was typed taken in, or told what is wrong with it."""
        typed = self.typed.strip()
        match self.part:
            case Part.NUMBER:
                fault = _fault(replace(self, number=typed, lines=(("-", 1),)))
                return self._told(fault) if fault else replace(self, number=typed, part=Part.LINE, typed="")
            case Part.LINE if not typed and self.lines:
                return replace(self, part=Part.CONFIRM, typed="", notice="")
            case Part.LINE:
                return self._with_line(typed)
            case Part.APPROVE:
                approving, _ = self.approving.entered()
                waits = approving.step is Step.WAIT
                return replace(self, approving=approving, part=Part.WAIT if waits else Part.APPROVE)
        return self

    def confirmed(self) -> Draft:
        """With the order agreed to; a supervisor may have to follow."""
        if self.part is not Part.CONFIRM:
            return self
        follows = Part.APPROVE if needs_approval(ActKind.CREATE, self.by) else Part.WAIT
        return replace(self, part=follows, approving=Approving(), notice="")

    def refused(self, why: str) -> Draft:
        """Back at the last step with the reason why nothing was made."""
        return replace(self, part=Part.CONFIRM, approving=Approving(), notice=why)

    def back(self) -> Draft | None:
        """One step back, a line at a time; None where there is none before this one."""
        match self.part:
            case Part.WAIT:
                return self
            case Part.APPROVE:
                return self.refused("")
            case Part.CONFIRM:
                return replace(self, part=Part.LINE, typed="", notice="")
            case Part.LINE if self.lines:
                return replace(self, lines=self.lines[:-1], typed="", notice="")
            case Part.LINE:
                return replace(self, part=Part.NUMBER, typed=self.number, notice="")
        return None

    def _with_line(self, typed: str) -> Draft:
        sku, _, units = typed.rpartition(" ")
        if not sku.strip() or not (units.isascii() and units.isdecimal()):
            return replace(self, notice=_HOW)
        longer = replace(self, lines=(*self.lines, (sku.strip(), int(units))), typed="", notice="")
        fault = _fault(longer)
        return self._told(fault) if fault else longer

    def _told(self, notice: str) -> Draft:
        return replace(self, notice=notice)


def _fault(draft: Draft) -> str:
    """The rule of the API's shape that the order breaks, as a sentence; empty where it breaks none."""
    try:
        _ = draft.order
    except Fault as fault:
        return f"{fault}."
    return ""
