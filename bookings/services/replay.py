"""The life of many bookings replayed in the order in which things happened, each judged at its own moment."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bookings.models import BookingStatus, CancelReason
from bookings.queries.ground import Ground
from bookings.rules.facts import BookingFacts, Seat
from bookings.rules.occupancy import seats_for
from bookings.rules.refusals import booking_refusals
from bookings.rules.transitions import ensure_transition
from bookings.services.life import APPROVERS, ASKED_AT_REQUEST_ONLY, ensure_role
from bookings.services.ordering import Offer, Order, ensure_may_book, ensure_not_refused, offer_at
from common.errors import Conflict, Malformed, Refusal, Refused
from common.periods import Period
from companies.models import User
from costing.services.history import PriceBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to a booking; times of use and operator's hours belong to a check-out."""

    action: str
    at: datetime
    by: User
    reason: str = ""
    note: str = ""
    incident: str = ""
    used: Period | None = None
    operator_hours: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A booking to be taken over: who asked for what and when, then what happened.

    `decision` (`approve` or `reject`) counts only where the rules want one; without it such a request still waits.
    """

    order: Order
    by: User
    asked_at: datetime
    public_id: UUID
    decision: Step | None = None
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class Case:
    """An entry on its way: its state, what it holds and what is to be written about it."""

    entry: HistoryEntry
    reference: str = ""
    status: str = ""
    offer: Offer | None = None
    agreed_at: datetime | None = None
    approved_by: User | None = None
    finished_at: datetime | None = None
    seats: list[Seat] = field(default_factory=list)
    holding: bool = False
    use: Step | None = None
    begun_at: datetime | None = None
    events: list[tuple[Step, str, str]] = field(default_factory=list)
    waiting: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RefusedStep:
    """A step that the rules did not allow, and why; what would have followed it was left out."""

    entry: HistoryEntry
    step: Step
    refusals: tuple[Refusal, ...]


@dataclass(slots=True)
class Replay:
    """The centre as it stood at each moment."""

    ground: Ground
    prices: PriceBook

    def run(self, entries: Sequence[HistoryEntry]) -> tuple[list[Case], list[RefusedStep]]:
        """Take the steps of all entries in time's order; return what was written about each, and what was refused."""
        cases, refused = [], []
        queue = list(_beginnings(entries))
        heapq.heapify(queue)
        while queue:
            at, number, place, step, case = heapq.heappop(queue)
            try:
                self._take(case, step)
            except Refused as no:
                refused.append(RefusedStep(case.entry, step, no.refusals))
                continue
            if step.action == "request":
                cases.append(case)
                case.waiting = self._following(case)
            if case.waiting:
                following = case.waiting.pop(0)
                heapq.heappush(queue, (max(at, following.at), number, place + 1, following, case))
        return cases, refused

    def _following(self, case: Case) -> list[Step]:
        """Return what happens after the request; a request that the centre has not answered waits."""
        entry = case.entry
        if case.status == BookingStatus.CONFIRMED:
            return list(entry.steps)
        return [entry.decision, *entry.steps] if entry.decision else []

    def _take(self, case: Case, step: Step) -> None:
        old = case.status
        handlers = {
            "request": self._request,
            "approve": self._approve,
            "reject": self._reject,
            "cancel": self._cancel,
            "check_in": self._check_in,
            "check_out": self._check_out,
        }
        handlers[step.action](case, step)
        ensure_transition(old, case.status)
        case.events.append((step, old, case.status))

    def _request(self, case: Case, step: Step) -> None:
        ensure_may_book(step.by)
        order = case.entry.order
        facts = self._facts(order, step.by, step.at)
        ensure_not_refused(booking_refusals(facts), order, step.by)
        case.offer = self._offer(order, facts, step.at)
        waits = case.offer.needs_approval and not step.by.has_role("manager", "technician")
        case.status = BookingStatus.REQUESTED
        if not waits:
            self._confirm(case, facts, step)

    def _approve(self, case: Case, step: Step) -> None:
        ensure_role(step.by, *APPROVERS)
        order = case.entry.order
        facts = self._facts(order, case.entry.by, step.at)
        left = [one for one in booking_refusals(facts) if one.code not in ASKED_AT_REQUEST_ONLY]
        ensure_not_refused(left, order, step.by)
        case.offer = self._offer(order, facts, step.at)
        case.approved_by = step.by
        self._confirm(case, facts, step)

    def _confirm(self, case: Case, facts: BookingFacts, step: Step) -> None:
        seats = seats_for(facts.needs, facts.taken)
        assert seats is not None, "an overlap is never lifted"
        case.status, case.agreed_at, case.seats, case.holding = BookingStatus.CONFIRMED, step.at, seats, True
        self.ground.take(seats)

    def _reject(self, case: Case, step: Step) -> None:
        ensure_role(step.by, *APPROVERS)
        if not step.reason:
            raise Malformed("invalid", _("Say why, so that the firm knows what to do next."), "reason")
        case.status = BookingStatus.REJECTED

    def _cancel(self, case: Case, step: Step) -> None:
        if step.reason not in CancelReason.values:
            raise Malformed("invalid", _("Choose a reason from the list."), "reason")
        if step.at >= case.entry.order.period.starts_at and not step.by.is_centre_staff:
            raise Conflict("wrong_state", _("It has already started: ask the centre."))
        case.status = BookingStatus.CANCELLED
        self._free(case, step)

    def _check_in(self, case: Case, step: Step) -> None:
        case.status, case.begun_at = BookingStatus.IN_USE, step.at

    def _check_out(self, case: Case, step: Step) -> None:
        if step.used is None or step.used.ends_at > step.at:
            raise Malformed("invalid", _("The end of use cannot lie in the future."), "ended_at")
        case.status, case.use = BookingStatus.COMPLETED, step
        self._free(case, step)

    def _free(self, case: Case, step: Step) -> None:
        if case.holding:
            self.ground.free(case.seats)
        case.holding, case.finished_at = False, step.at

    def _facts(self, order: Order, booker: User, now: datetime) -> BookingFacts:
        return self.ground.facts(
            resources=order.resources,
            period=order.period,
            people=order.people,
            names=order.names,
            with_operator=order.operator,
            project=order.project,
            booker=booker,
            now=now,
        )

    def _offer(self, order: Order, facts: BookingFacts, now: datetime) -> Offer:
        priced = self.prices.quote(
            resources=order.resources,
            booked=order.period,
            company=order.company,
            project=order.project,
            service=order.service,
            operator=order.operator,
            now=now,
        )
        return offer_at(order, facts, priced)


def _beginnings(entries: Sequence[HistoryEntry]) -> Iterator[tuple[datetime, int, int, Step, Case]]:
    """Yield each entry's request; moments being equal, the earlier entry comes first."""
    for number, entry in enumerate(entries):
        request = Step(action="request", at=entry.asked_at, by=entry.by, reason=entry.order.override_reason)
        yield entry.asked_at, number, 0, request, Case(entry)
