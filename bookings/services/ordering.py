"""From a wish to a booking: resolve it, price it, check it under the locks, write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from bookings.models import BookedResource, Booking, BookingStatus
from bookings.queries.facts import booked_resources, facts_for
from bookings.rules.facts import BookingFacts
from bookings.rules.occupancy import nearest_free
from bookings.rules.refusals import booking_refusals, needs_approval
from bookings.services.waiting import tell_those_who_wait
from bookings.services.writing import (
    allocate,
    is_overlap,
    lock_resources,
    next_reference,
    overlap_refused,
    record,
    tell,
)
from common.errors import Alternative, Malformed, NotFound, Override, Refusal, Refused
from common.periods import Period
from common.transactions import writing
from companies.models import Company, User
from costing.api.quotes import quote_json
from costing.services.quotes import Quote, cancellation_fees, quote
from costing.services.settlement import commit
from facility.models import Resource
from projects.models import Milestone, Project

LOOK_AROUND = timedelta(days=14)
STAFF_BOOKERS = ("manager", "technician", "pm", "training")


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wishes to book; resolved and visible to them."""

    resources: tuple[Resource, ...]
    period: Period
    company: Company | None
    project: Project | None = None
    milestone: Milestone | None = None
    service: str = ""
    purpose: str = ""
    people: int = 1
    names: tuple[str, ...] = ()
    operator: bool = False
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Until when cancelling is free, and what it costs after; euros, net of VAT."""

    free_until: datetime
    late_fee: Decimal
    no_show_fee: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """A price with everything that stands in its way; nothing is written."""

    quote: Quote
    refusals: tuple[Refusal, ...]
    alternatives: tuple[Alternative, ...]
    needs_approval: bool
    cancellation: Cancellation

    def as_json(self) -> dict[str, object]:
        """Return the answer of `POST /quotes/`, which bookings keep as their price."""
        return {
            **quote_json(self.quote),
            "refusals": [
                {"code": one.code, "detail": str(one.detail), "override": one.override.value} for one in self.refusals
            ],
            "cancellation": {
                "free_until": self.cancellation.free_until.isoformat(),
                "late_fee": str(self.cancellation.late_fee),
                "no_show_fee": str(self.cancellation.no_show_fee),
            },
        }


def resolve_order(
    *,
    user: User,
    codes: Sequence[str],
    period: Period,
    project_code: str = "",
    milestone_code: str = "",
    company_id: int | None = None,
    service: str = "",
    purpose: str = "",
    people: int = 1,
    names: Sequence[str] = (),
    operator: bool = False,
    override_reason: str = "",
) -> Order:
    """Turn codes into rows that the person may see.

    Raises: NotFound for anything that is not there or not theirs; Malformed for a resource named twice or no
    resource, or a milestone without its project; PermissionDenied for who has neither firm nor role.
    """
    company = _company_for(user, company_id)
    resources = booked_resources(codes)
    visible = set(Resource.objects.visible_to(user).filter(code__in=codes).values_list("code", flat=True))
    if not codes or len(set(codes)) != len(codes):
        raise Malformed("invalid", _("Name each resource once."), "resources")
    if len(visible) != len(codes) or any(one.code not in visible for one in resources):
        raise NotFound
    project, milestone = _project_for(user, company, project_code, milestone_code)
    return Order(
        resources=tuple(resources),
        period=period,
        company=company,
        project=project,
        milestone=milestone,
        service=service,
        purpose=purpose,
        people=people,
        names=tuple(names),
        operator=operator,
        override_reason=override_reason,
    )


def _company_for(user: User, company_id: int | None) -> Company | None:
    if user.is_centre_staff:
        if company_id is None:
            return None
        company = Company.objects.visible_to(user).filter(pk=company_id).first()
        if company is None:
            raise NotFound
        return company
    if company_id is not None and company_id != user.company_id:
        raise NotFound
    if user.company is None:  # without a firm and without a role nobody is quoted the centre's internal prices
        raise PermissionDenied
    return user.company


def _project_for(
    user: User, company: Company | None, project_code: str, milestone_code: str
) -> tuple[Project | None, Milestone | None]:
    if not project_code:
        if milestone_code:
            raise Malformed("invalid", _("Name the project of the milestone."), "milestone")
        return None, None
    projects = Project.objects.visible_to(user).select_related("company")
    if company is not None:
        projects = projects.filter(participants__company=company)
    project = projects.filter(code=project_code).first()
    milestone = Milestone.objects.filter(project=project, code=milestone_code).first() if milestone_code else None
    if project is None or (milestone_code and milestone is None):
        raise NotFound
    return project, milestone


def offer(*, order: Order, by: User, now: datetime) -> Offer:
    """Price a wish and name every reason against it; writes nothing.

    Raises: Unprocessable `no_tariff` when a resource has no price that day.
    """
    facts = read_facts(order, by, now)
    return _offer(order, facts, now)


def read_facts(
    order: Order, booker: User, now: datetime, *, look_around: timedelta = timedelta(days=1), but: Booking | None = None
) -> BookingFacts:
    """Read the facts about an order (fixed number of queries)."""
    return facts_for(
        resources=order.resources,
        period=order.period,
        people=order.people,
        names=order.names,
        with_operator=order.operator,
        project=order.project,
        booker=booker,
        now=now,
        look_around=look_around,
        but=but,
    )


def _offer(order: Order, facts: BookingFacts, now: datetime) -> Offer:
    priced = quote(
        resources=order.resources,
        booked=order.period,
        company=order.company,
        project=order.project,
        service=order.service,
        operator=order.operator,
        now=now,
    )
    return offer_at(order, facts, priced)


def offer_at(order: Order, facts: BookingFacts, priced: Quote) -> Offer:
    """Put a price together with what stands in its way; asks nothing of the database."""
    fees = cancellation_fees(priced)
    notice = max(one.policy.cancel_notice_hours for one in order.resources)
    free_until = (order.period.starts_at - timedelta(hours=notice)).astimezone(order.resources[0].site.tz)
    return Offer(
        quote=priced,
        refusals=tuple(booking_refusals(facts)),
        alternatives=(),
        needs_approval=needs_approval(facts, priced.list_value),
        cancellation=Cancellation(free_until, fees.late_fee, fees.no_show_fee),
    )


def alternatives(order: Order, by: User, now: datetime, *, limit: int = 3) -> tuple[Alternative, ...]:
    """Return the nearest free periods of the same length within two weeks."""
    facts = read_facts(order, by, now, look_around=LOOK_AROUND)
    codes = tuple(one.code for one in order.resources)
    zone = order.resources[0].site.tz
    return tuple(
        Alternative(free.starts_at.astimezone(zone), free.ends_at.astimezone(zone), codes)
        for free in nearest_free(facts, limit=limit)
    )


def request_booking(*, order: Order, by: User, now: datetime) -> Booking:
    """Book, or ask the centre when a policy wants approval.

    Returns: the booking, `confirmed` (allocated and committed) or `requested` (neither).
    Raises: Refused with every reason (409 and alternatives for a lone overlap, else 422); Unprocessable; Busy;
    PermissionDenied for staff whose role does not book.
    """
    ensure_may_book(by)
    try:
        return _write_booking(order=order, by=by, now=now)
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise overlap_refused(alternatives(order, by, now)) from error
    except Refused as refused:
        if refused.status == 409:
            raise overlap_refused(alternatives(order, by, now)) from refused
        raise


def ensure_may_book(user: User) -> None:
    """Let a firm's people and the staff who run the floor and the projects book."""
    if not user.company_id and not user.has_role(*STAFF_BOOKERS):
        raise PermissionDenied


@writing
def _write_booking(*, order: Order, by: User, now: datetime) -> Booking:
    lock_resources(order.resources)
    facts = read_facts(order, by, now)
    offered = _offer(order, facts, now)
    ensure_not_refused(offered.refusals, order, by)
    waits = offered.needs_approval and not by.has_role("manager", "technician")
    status = BookingStatus.REQUESTED if waits else BookingStatus.CONFIRMED
    booking = _insert(order, replace(offered, refusals=()), status, by, now)
    if not waits:
        allocate(booking, facts)
        commit_price(booking, offered.quote, now)
    record(booking, action="request", old="", by=by, now=now, reason=order.override_reason)
    tell(booking, "booking_requested" if waits else "booking_confirmed", now=now)
    if not waits:
        tell_those_who_wait(booking, now=now)
    return booking


def ensure_not_refused(refusals: Sequence[Refusal], order: Order, by: User) -> None:
    """Refuse unless nothing stands in the way, or the person may lift all of it and gives a reason."""
    liftable = _liftable(by, order.project) if order.override_reason.strip() else frozenset()
    left = [one for one in refusals if one.override not in liftable]
    if left:
        raise Refused(left, status=409 if [one.code for one in left] == ["overlap"] else 422)


def _liftable(user: User, project: Project | None) -> frozenset[Override]:
    lifted = set()
    if user.has_role("manager"):
        lifted.add(Override.MANAGER)
    if project is not None and (project.pm_id == user.pk or user.has_role("admin")):
        lifted.add(Override.PROJECT_MANAGER)
    return frozenset(lifted)


def _insert(order: Order, offered: Offer, status: BookingStatus, by: User, now: datetime) -> Booking:
    booking = Booking.objects.create(
        reference=next_reference(),
        company=order.company,
        project=order.project,
        milestone=order.milestone,
        service=order.service,
        status=status,
        starts_at=order.period.starts_at,
        ends_at=order.period.ends_at,
        purpose=order.purpose,
        people=order.people,
        names=list(order.names),
        with_operator=order.operator,
        price=offered.as_json(),
        override_reason=order.override_reason,
        requested_by=by,
        created_at=now,
    )
    BookedResource.objects.bulk_create(
        BookedResource(booking=booking, resource=resource, position=position)
        for position, resource in enumerate(order.resources)
    )
    return booking


def commit_price(booking: Booking, priced: Quote, now: datetime) -> None:
    """Write the commitment of a confirmed booking."""
    commit(
        source=booking.source,
        company=booking.company,
        project=booking.project,
        milestone=booking.milestone,
        booked=booking.period,
        quote=priced,
        now=now,
    )


def order_of(booking: Booking) -> Order:
    """Return the order that a stored booking came from."""
    codes = [row.resource.code for row in booking.booked.select_related("resource").order_by("position")]
    return Order(
        resources=tuple(booked_resources(codes)),
        period=booking.period,
        company=booking.company,
        project=booking.project,
        milestone=booking.milestone,
        service=booking.service,
        purpose=booking.purpose,
        people=booking.people,
        names=tuple(booking.names),
        operator=booking.with_operator,
        override_reason=booking.override_reason,
    )


def offer_again(order: Order, facts: BookingFacts, now: datetime) -> Offer:
    """Price a stored booking anew under the locks, as approval does."""
    return _offer(order, facts, now)
