"""A wish that is asked for on a page: what keypad and teaching share, a supervisor's approval among it.

Reads never get here as keys, and any read takes the page away, so that nothing scanned can answer it. Enter
alone makes no wish.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, field, replace
from enum import Enum, auto
from typing import ClassVar, Generic, Self, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from terminal.approving import Approving
from terminal.approving import Step as Question
from terminal.screens.approval import Act, ApprovalGiven, pressed
from terminal.screens.base import Page, Wished
from terminal.view import View
from terminal.widgets.painted import Painted
from verification.records import record


class Step(Enum):
    """What the page asks next."""

    ASK = auto()
    CONFIRM = auto()
    """Only where what was answered is to be looked at once more."""
    APPROVE = auto()
    WAIT = auto()


@record
class Form:
    """The question as it stands."""

    _: KW_ONLY
    step: Step = Step.ASK
    asking: Approving = field(default_factory=Approving)
    notice: str = ""
    """What is wrong with the last answer."""

    @property
    def act(self) -> Act | None:
        """What is wished for; None while it is not said in full."""
        raise NotImplementedError

    @property
    def question(self) -> str:
        """What is asked before anybody approves, as a sentence."""
        raise NotImplementedError

    @property
    def next_step(self) -> str:
        """What to show of the step: one line."""
        match self.step:
            case Step.APPROVE:
                return self.notice or self.asking.sentence
            case Step.WAIT:
                return self.notice or "One moment …"
            case _:
                return self.notice or self.question

    def took(self, character: str) -> Self:
        """With one more character typed as the answer."""
        raise NotImplementedError

    def erased(self) -> Self:
        """With the last character of the answer taken away."""
        raise NotImplementedError


F = TypeVar("F", bound=Form)


class FormPanel(Painted, Generic[F]):
    """Base of what shows a form: implement `paint`."""

    def __init__(self, form: F, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.form = form


class WishScreen(Page, Generic[F], inherit_bindings=False):
    """Asks until the wish is made or somebody leaves, or until something is scanned."""

    TITLES: ClassVar[tuple[str, str]]
    """What stands above and below it."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", show=False),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, panel: FormPanel[F], *, approval: bool) -> None:
        """`approval` says whether a supervisor has to agree."""
        super().__init__()
        self._panel = panel
        self._approval = approval

    @property
    def form(self) -> F:
        """The question as it stands."""
        return self._panel.form

    def compose(self) -> ComposeResult:
        self._panel.border_title, self._panel.border_subtitle = self.TITLES
        yield self._panel

    def on_mount(self) -> None:
        self._panel.repaint()

    def is_over(self, view: View) -> bool:
        """Whether the station has nothing to ask any more."""
        raise NotImplementedError

    def keep_up(self, view: View) -> None:
        """Show what else of `view` the question is about."""

    def show(self, view: View) -> None:
        """Go when the question is over; say why an approval was not one."""
        if self.is_over(view):
            self.dismiss()
        elif view.notice and self.form.asking.step is Question.WAIT:
            self.become(asking=self.form.asking.refused(view.notice))
        else:
            self.keep_up(view)

    def on_key(self, event: events.Key) -> None:
        """Take a character of the answer, or of name and PIN."""
        if event.key != "backspace" and not event.is_printable:
            return
        event.stop()
        form = self.form
        if form.step is Step.APPROVE:
            self.become(asking=pressed(form.asking, event))
        elif form.step is Step.ASK:
            answered = form.erased() if event.key == "backspace" else form.took(event.character or "")
            self._show(replace(answered, notice=""))

    def action_go_on(self) -> None:
        """Go to the next question, or take the name, then the PIN."""
        form = self.form
        if form.step is Step.ASK:
            self.answered()
        elif form.step is Step.APPROVE and form.act is not None:
            asking, pin = form.asking.entered()
            self.become(asking=asking)
            if pin:
                self.post_message(ApprovalGiven(form.act, asking.name, pin))

    def answered(self) -> None:
        """Do what Enter does with the answer."""
        raise NotImplementedError

    def wish(self, act: Act) -> None:
        """Make the wish; first with a supervisor's approval, where one has to agree."""
        if self._approval:
            self.become(step=Step.APPROVE, asking=Approving())
        else:
            self.become(step=Step.WAIT)
            self.post_message(Wished(act))

    def action_back(self) -> None:
        """Leave, or go back to the answer."""
        if self.form.step is Step.ASK:
            self.dismiss()
        elif self.form.step is not Step.WAIT and self.form.asking.step is not Question.WAIT:
            self.become(step=Step.ASK, asking=Approving())

    def become(self, *, notice: str = "", **changes: object) -> None:
        """Show the form with these of its fields changed."""
        self._show(replace(self.form, notice=notice, **changes))  # type: ignore[arg-type]

    def _show(self, form: F) -> None:
        self._panel.form = form
        self._panel.repaint()
