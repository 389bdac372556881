"""Taking over past and agreed bookings in bulk: the ordinary rules, prices and constraints, without the mails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Allocation, BookedResource, Booking, BookingEvent, Usage
from bookings.queries.ground import ground_for
from bookings.services.replay import Case, HistoryEntry, RefusedStep, Replay
from bookings.services.use import attended_minutes, hours_of, uses_of, what_it_was_for
from common.periods import Period
from companies.models import User
from costing.models import ChargeSet
from costing.services.history import Agreement, PriceBook, Settlement, price_book, take_over

BATCH = 500


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """The references written, in the order in which they were asked for, and what the rules refused."""

    references: tuple[str, ...]
    refused: tuple[RefusedStep, ...]


@transaction.atomic
def enter_history(*, entries: Sequence[HistoryEntry]) -> HistoryReport:
    """Replay entries in the order in which things happened and write what the rules allow, in bulk.

    Every request and approval is judged by the ordinary rules at its own moment, against the seats taken then, and
    priced as of that moment; uses that ended are charged. No mails. The database's constraints have the last word.
    Returns: the references and the steps refused; an entry refused at its request is not written at all.
    Raises:  Unprocessable `no_tariff`, Malformed or PermissionDenied for an entry that no service would take.
    """
    if not entries:
        return HistoryReport((), ())
    orders = [entry.order for entry in entries]
    resources = {one.pk: one for order in orders for one in order.resources}
    span = Period(min(order.period.starts_at for order in orders), max(order.period.ends_at for order in orders))
    prices = price_book()
    cases, refused = Replay(ground_for(list(resources.values()), span), prices).run(entries)
    references = next_references(len(cases))
    _write(dict(zip(references, cases, strict=True)), prices)
    return HistoryReport(tuple(references), tuple(refused))


def next_references(count: int) -> list[str]:
    """Return new booking references, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('booking_reference') FROM generate_series(1, %s)", [count])
        return [f"BK-{number:06d}" for (number,) in cursor.fetchall()]


def _write(cases: Mapping[str, Case], prices: PriceBook) -> None:
    """Write bookings with all that hangs on them."""
    bookings = Booking.objects.bulk_create(
        (_booking(reference, case) for reference, case in cases.items()), batch_size=BATCH
    )
    pairs = list(zip(bookings, cases.values(), strict=True))
    BookedResource.objects.bulk_create(
        BookedResource(booking=booking, resource=resource, position=position)
        for booking, case in pairs
        for position, resource in enumerate(case.entry.order.resources)
    )
    Allocation.objects.bulk_create((row for pair in pairs for row in _allocations(*pair)), batch_size=BATCH)
    BookingEvent.objects.bulk_create((row for pair in pairs for row in _events(*pair)), batch_size=BATCH)
    charge_sets = take_over(agreements=[one for pair in pairs if (one := _agreement(*pair))], book=prices)
    Usage.objects.bulk_create((row for pair in pairs for row in _usages(*pair, charge_sets)), batch_size=BATCH)


def _booking(reference: str, case: Case) -> Booking:
    entry, order = case.entry, case.entry.order
    assert case.offer is not None
    return Booking(
        reference=reference,
        public_id=entry.public_id,
        company=order.company,
        project=order.project,
        milestone=order.milestone,
        service=order.service,
        status=case.status,
        starts_at=order.period.starts_at,
        ends_at=order.period.ends_at,
        purpose=order.purpose,
        people=order.people,
        names=list(order.names),
        with_operator=order.operator,
        price=replace(case.offer, refusals=()).as_json(),
        override_reason=order.override_reason,
        requested_by=entry.by,
        approved_by=case.approved_by,
        created_at=entry.asked_at,
    )


def _allocations(booking: Booking, case: Case) -> Iterator[Allocation]:
    for seat in case.seats:
        blocked = DateTimeTZRange(seat.blocked.starts_at, seat.blocked.ends_at)
        yield Allocation(
            booking=booking, resource_id=seat.resource_id, seat=seat.seat, blocked=blocked, live=case.holding
        )


def _events(booking: Booking, case: Case) -> Iterator[BookingEvent]:
    for step, old, new in case.events:
        yield BookingEvent(
            booking=booking,
            at=step.at,
            by=step.by,
            action=step.action,
            from_status=old,
            to_status=new,
            reason=step.reason,
            note=step.incident or step.note,
        )


def _agreement(booking: Booking, case: Case) -> Agreement | None:
    """Return what costing is to know of a booking that was once confirmed."""
    if case.agreed_at is None or case.offer is None:
        return None
    return Agreement(
        source=booking.source,
        booking=booking.reference,
        company=booking.company,
        project=booking.project,
        milestone=booking.milestone,
        booked=booking.period,
        quoted=case.offer.quote,
        agreed_at=case.agreed_at,
        released_at=case.finished_at if case.use is None else None,
        settlement=_settlement(case),
    )


def _settlement(case: Case) -> Settlement | None:
    step = case.use
    if step is None or step.used is None:
        return None
    order = case.entry.order
    minutes = attended_minutes(order, step.used, step.operator_hours)
    return Settlement(
        uses=tuple(uses_of(order, step.used, minutes)),
        entered_by=_name(step.by),
        approved_by=_name(case.approved_by),
        by=step.by,
        at=step.at,
        note=what_it_was_for(order, step.note),
    )


def _usages(booking: Booking, case: Case, charge_sets: Mapping[str, ChargeSet]) -> Iterator[Usage]:
    if case.use is not None and case.use.used is not None:
        step, used = case.use, case.use.used
        yield Usage(
            booking=booking,
            started_at=used.starts_at,
            ended_at=used.ends_at,
            operator_hours=hours_of(attended_minutes(case.entry.order, used, step.operator_hours)),
            note=step.note,
            incident=step.incident,
            charge_set=charge_sets[booking.source],
        )
    elif case.begun_at is not None:
        yield Usage(booking=booking, started_at=case.begun_at)


def _name(user: User | None) -> str:
    return "" if user is None else user.name or user.email
