"""What to do for one order, decided from the ledger and a fresh answer of the API. Pure.

The rules, first match first: another order under our number is a clash; a history of a slot that is not ours
forks it; what the API says is taken in; shipped or cancelled upstream stops everything; what the API lacks is
sent; then the order is cancelled where that is asked; with nothing left to send it is settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sync import readings
from sync.adoption import adopted, same_goods
from sync.merge import Field, Slot, carried, common, lost, ruling_in, slots_in, with_slots
from sync.shapes import FullOrder
from sync.standing import Edit, Share, Standing
from verification.orders import Order, OrderStatus, Ruling
from verification.records import record


@record
class Fork:
    """The API holds another history of a slot: the events after `keep` move to a slot of their own."""

    slot: str
    keep: int
    moved: Share | None


@record
class TakeIn:
    """The order as it is now, from the API's answer and from all slots."""

    order: Order
    items: Mapping[str, str]
    slots: Mapping[str, Slot]
    reported: Mapping[str, int]
    """The API's own counts by line id."""
    status: OrderStatus
    """As the API says it."""
    header: Mapping[str, Any]
    """The editable fields as the API has them."""
    sighted: Mapping[str, int]
    """How much of each own slot the API was seen to hold."""


@record
class Clash:
    """Something that a human must look at."""

    kind: str
    what: str
    """The line, field or slot in question; empty for the order."""
    told: str


@record
class Clashes:
    """All that clashes now; those noted before and not among them are over."""

    found: tuple[Clash, ...]


@record
class Sent:
    """The API has these edits."""

    fields: tuple[str, ...]


@record
class Stop:
    """Shipped or cancelled upstream: nothing more is sent, what was counted is kept."""

    status: OrderStatus


@record
class Send:
    """Update the order with this body, once, after recording the attempt."""

    body: Mapping[str, Any]


@record
class Cancel:
    """Cancel the order."""

    reason: str


@record
class Park:
    """It cannot be sent until a human looks."""

    reason: str


@record
class Settle:
    """The API was seen to have everything."""


Action = Fork | TakeIn | Clashes | Sent | Stop | Send | Cancel | Park | Settle


def plan(standing: Standing, answer: FullOrder, fresh: str) -> tuple[Action, ...]:
    """What to do after `answer`, in order. `fresh` names a slot that no station has used."""
    remote = answer.order
    if standing.creating and not same_goods(standing.order, remote):
        told = f"Another order {remote.order_number} with other lines is in the API; this one was not sent."
        return Clashes((Clash("other_order", "", told),)), Park(told)
    seen = slots_in(remote.metadata)
    shares, forks = _forked(standing.shares, seen, fresh)
    taken = _taken_in(standing, answer, shares, seen)
    edits = [_field(edit, standing, answer, taken) for edit in standing.edits]
    clashes = [*_clashes(taken, remote), *_fork_clashes(forks), *_field_clashes(edits)]
    sent = tuple(field.name for field in edits if field.sent)
    first: list[Action] = [*forks, taken, *([Sent(sent)] if sent else [])]
    if remote.reported in readings.FINAL:
        clashes += _closed(standing, taken, seen, edits)
        return *first, Clashes(tuple(clashes)), Stop(remote.reported)
    return *first, Clashes(tuple(clashes)), *_onward(standing, answer, taken, seen, edits)


def _onward(
    standing: Standing, answer: FullOrder, taken: TakeIn, seen: Mapping[str, Slot], edits: list[Field]
) -> tuple[Action, ...]:
    body: dict[str, Any] = {f.name: f.mine for f in edits if f.waits}
    if lost(taken.slots, seen) or _tampered(standing, taken, seen):
        was_empty = readings.ABSENT_METADATA_IS_EMPTY and not standing.order.metadata
        if "metadata" not in answer.shows and not was_empty:
            return (Park("The API no longer shows this order's metadata, so counts cannot be sent safely."),)
        body["metadata"] = with_slots(answer.order.metadata, taken.slots)
    given = _given(standing, taken.status)
    wanted = given or replace(taken.order, reported=OrderStatus.PENDING).status
    speaks = given or (_speaks(taken.slots) and taken.status in readings.SCANNED)
    if speaks and wanted is not taken.status and (body or standing.waiting):
        body["status"] = wanted.value
    if body:
        return (Send(body),)
    return (Cancel(standing.reason),) if standing.cancelling else (Settle(),)


def _field(edit: Edit, standing: Standing, answer: FullOrder, taken: TakeIn) -> Field:
    """An edit beside what the API has. A field that it does not show counts as sent once answered."""
    theirs = taken.header[edit.field]
    if edit.field in readings.OPTIONAL and edit.field not in answer.shows:
        theirs = edit.mine if standing.answered else edit.base
    return Field(edit.field, edit.base, edit.mine, theirs)


def _tampered(standing: Standing, taken: TakeIn, seen: Mapping[str, Slot]) -> bool:
    """Whether somebody else changed the counts of a slot of ours and left its `n` as it was."""
    own = {share.slot for share in standing.shares} & seen.keys() & taken.slots.keys()
    return any(seen[name].c != taken.slots[name].c for name in own)


def _forked(
    shares: tuple[Share, ...], seen: Mapping[str, Slot], fresh: str
) -> tuple[tuple[Share, ...], list[Fork]]:
    """This station's shares after comparing each with the API's slot of its name."""
    after: list[Share] = []
    forks: list[Fork] = []
    for share in shares:
        slot = seen.get(share.slot)
        keep = len(share.events) if slot is None else common(share.marks, slot, share.sighted)
        if slot is None or slot.n == keep:
            after.append(share if slot is None else replace(share, sighted=max(share.sighted, keep)))
            continue
        rest = share.events[keep:]
        moved = Share(f"{fresh}{len(forks) or ''}", rest) if rest else None
        forks.append(Fork(share.slot, keep, moved))
        after.append(replace(share, events=share.events[:keep], sighted=keep))
        if moved:
            after.append(moved)
    return tuple(after), forks


def _taken_in(
    standing: Standing, answer: FullOrder, shares: tuple[Share, ...], seen: Mapping[str, Slot]
) -> TakeIn:
    lines, items, reported = adopted(standing, answer.order)
    own = {share.slot: share.published(items) for share in shares if share.events}
    slots = carried(standing.slots, seen)
    slots |= {name: slot for name, slot in own.items() if name not in slots or slots[name].n <= slot.n}
    merged = []
    for line in lines:
        item = items.get(line.id, line.id)
        everywhere = reported.get(line.id, 0) + sum(slot.c.get(item, 0) for slot in slots.values())
        mine = sum(slot.c.get(item, 0) for slot in own.values())
        merged.append(replace(line, counted=mine, elsewhere=everywhere - mine))
    hidden = {name: getattr(standing.order, name) for name in readings.OPTIONAL if name not in answer.shows}
    header = {name: hidden.get(name, getattr(answer.order, name)) for name in readings.EDITABLE}
    edits = [Field(edit.field, edit.base, edit.mine, header[edit.field]) for edit in standing.edits]
    waiting = {field.name: field.mine for field in edits if field.waits}
    status = answer.order.reported
    speaks = _speaks(slots) and status in readings.SCANNED
    ending = standing.cancelling and status not in readings.FINAL
    shown = OrderStatus.CANCELLED if ending else OrderStatus.PENDING if speaks else status
    ruled = ruling_in(slots)
    order = replace(
        answer.order,
        id=standing.order.id,
        lines=tuple(merged),
        reported=_given(standing, status) or shown,
        ruling=ruled.ruling if ruled else Ruling.NONE,
        ruled=ruled.number if ruled else 0,
        **{**hidden, **header, **waiting},
    )
    sighted = {share.slot: share.sighted for share in shares if share.sighted}
    return TakeIn(order, items, slots, reported, status, header, sighted)


def _speaks(slots: Mapping[str, Slot]) -> bool:
    """Whether any station counted on the order, so that its status follows from counts."""
    return any(slot.c for slot in slots.values())


def _given(standing: Standing, status: OrderStatus) -> OrderStatus | None:
    """The status that a person gave the order here, while the API has not followed and still may."""
    if standing.becoming is OrderStatus.SHIPPED and status not in readings.FINAL:
        return OrderStatus.SHIPPED
    released = standing.becoming is OrderStatus.PENDING and status is OrderStatus.DRAFT
    return OrderStatus.PENDING if released else None


def _clashes(taken: TakeIn, remote: Order) -> list[Clash]:
    """Counts that no longer fit: over-verified lines, and lines that are gone."""
    present = {line.id for line in remote.lines}
    found = []
    for line in taken.order.lines:
        if line.verified <= line.quantity:
            continue
        if taken.items.get(line.id, line.id) in present:
            told = f"{line.sku} was counted {line.verified} times of {line.quantity}; somebody must look."
            found.append(Clash("over_verified", line.id, told))
        else:
            told = f"{line.sku} is no longer on the order, but {line.verified} were counted."
            found.append(Clash("orphaned", line.id, told))
    return found


def _fork_clashes(forks: list[Fork]) -> list[Clash]:
    told = "This ledger was restored or copied: counts of a lost time are kept as another station's."
    return [Clash("restored", fork.slot, told) for fork in forks]


def _field_clashes(edits: list[Field]) -> list[Clash]:
    return [
        Clash("header", f.name, f"{f.name} was changed here and in the API; the API's value stands.")
        for f in edits
        if f.clashes
    ]


def _closed(standing: Standing, taken: TakeIn, seen: Mapping[str, Slot], edits: list[Field]) -> list[Clash]:
    """What can no longer be sent, since the order was shipped or cancelled upstream."""
    status, found = taken.status.value, []
    own = {share.slot for share in standing.shares}
    if any(
        taken.slots[name].c != (seen[name].c if name in seen else {}) for name in own & taken.slots.keys()
    ):
        found.append(Clash("closed_counts", "", f"{status} upstream before all counts were sent."))
    if any(not field.sent for field in edits):
        found.append(Clash("closed_edits", "", f"{status} upstream before the edits were sent."))
    if standing.becoming is OrderStatus.SHIPPED and taken.status is OrderStatus.CANCELLED:
        found.append(Clash("not_shipped", "", "cancelled upstream, so it cannot be marked shipped."))
    if standing.cancelling and taken.status is OrderStatus.SHIPPED:
        found.append(Clash("not_cancelled", "", "shipped upstream, so it cannot be cancelled."))
    return found
