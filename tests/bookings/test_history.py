"""Taking over many bookings: what comes out equals what the ordinary services would have written."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from bookings.models import Allocation, Booking, BookingEvent, Usage
from bookings.services.history import enter_history
from bookings.services.life import approve_booking
from bookings.services.ordering import Order, request_booking, resolve_order
from bookings.services.replay import HistoryEntry, Step
from bookings.services.use import check_in, check_out
from common.errors import Malformed
from common.periods import Period
from companies.models import User
from costing.models import Charge, Commitment
from outbox.models import Message
from tests.world import MONDAY, NOW, Centre, at, between, make_centre

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def centre(db: None, fanta: User, pm: User) -> Centre:
    assert fanta.company is not None
    return make_centre(fanta.company, pm)


def order(user: User, code: str = "MACHINE", period: Period | None = None, **facts: Any) -> Order:
    return resolve_order(user=user, codes=[code], period=period or between(9, 12), **facts)


def entry(user: User, wished: Order, *steps: Step, asked_at: datetime = NOW, **facts: Any) -> HistoryEntry:
    return HistoryEntry(order=wished, by=user, asked_at=asked_at, public_id=uuid4(), steps=steps, **facts)


def a_use(by: User, used: Period, **facts: Any) -> tuple[Step, Step]:
    return (
        Step(action="check_in", at=used.starts_at, by=by),
        Step(action="check_out", at=used.ends_at, by=by, used=used, **facts),
    )


def rows_without(model: Any, *names: str) -> list[dict[str, Any]]:
    """Return all rows of a table but for what no two bookings share."""
    return [{name: value for name, value in row.items() if name not in names} for row in model.objects.values()]


ASIDE = ("id", "reference", "public_id", "source", "booking", "booking_id", "charge_set_id", "recorded_at")


def everything() -> list[list[dict[str, Any]]]:
    return [rows_without(model, *ASIDE) for model in (Booking, Allocation, BookingEvent, Commitment, Charge, Usage)]


@pytest.mark.parametrize("code", ["MACHINE", "GUARDED", "LINE"])
def test_history_equals_the_ordinary_services(
    centre: Centre, fanta: User, manager: User, technician: User, code: str
) -> None:
    wished = order(fanta, code, project_code="PC-03", operator=code == "GUARDED", purpose="Prova")
    used = between(9, 12.5)
    booking = request_booking(order=wished, by=fanta, now=NOW)
    if booking.status == "requested":
        approve_booking(booking=booking, by=manager, now=NOW + timedelta(hours=1), note="Bene")
    check_in(booking=booking, by=technician, now=used.starts_at)
    check_out(booking=booking, by=technician, now=used.ends_at, note="Fine")
    ordinary = everything()
    for model in (Usage, Booking, Commitment):
        forget(model)

    decision = Step(action="approve", at=NOW + timedelta(hours=1), by=manager, note="Bene")
    report = enter_history(entries=[entry(fanta, wished, *a_use(technician, used, note="Fine"), decision=decision)])

    assert report.refused == ()
    assert everything() == ordinary


def forget(model: Any) -> None:
    """Empty a table, and the ledger's with it, past the triggers that guard it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in (model._meta.db_table, "costing_charge", "costing_chargeset", "bookings_allocation"):
            cursor.execute(f'DELETE FROM "{table}"')
        for table in ("bookings_bookingevent", "bookings_bookedresource"):
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_the_rules_of_each_moment_refuse(centre: Centre, fanta: User, gira: User) -> None:
    first, second = entry(fanta, order(fanta)), entry(gira, order(gira), asked_at=NOW + timedelta(hours=1))
    late = entry(fanta, order(fanta, period=between(14, 16)), asked_at=at(15))
    closed = entry(fanta, order(fanta, period=between(20, 21)))

    report = enter_history(entries=[second, first, late, closed])

    found = {step.entry.public_id: [one.code for one in step.refusals] for step in report.refused}
    assert found == {second.public_id: ["overlap"], late.public_id: ["in_past"], closed.public_id: ["closed"]}
    assert Booking.objects.get().public_id == first.public_id


def test_a_slot_given_back_is_taken_by_who_asks_later(centre: Centre, fanta: User, gira: User) -> None:
    gone = Step(action="cancel", at=NOW + timedelta(hours=2), by=fanta, reason="illness", note="Febbre")
    early, late = (entry(gira, order(gira), asked_at=NOW + timedelta(hours=hours)) for hours in (1, 3))

    report = enter_history(entries=[entry(fanta, order(fanta), gone), early, late])

    assert [step.entry.public_id for step in report.refused] == [early.public_id]
    rows = Booking.objects.order_by("reference").values_list("status", "company__key")
    assert list(rows) == [("cancelled", "FANTA"), ("confirmed", "GIRA")]
    assert list(Allocation.objects.order_by("pk").values_list("live", flat=True)) == [False, True]
    assert list(Commitment.objects.order_by("pk").values_list("state", flat=True)) == ["released", "open"]


def test_a_request_nobody_answered_waits_and_holds_nothing(centre: Centre, fanta: User, manager: User) -> None:
    waiting = entry(fanta, order(fanta, "GUARDED", operator=True))
    no = Step(action="reject", at=NOW + WEEK, by=manager, reason="Macchina ferma")
    rejected = entry(fanta, order(fanta, "GUARDED", between(14, 16), operator=True), decision=no)

    enter_history(entries=[waiting, rejected])

    assert list(Booking.objects.order_by("reference").values_list("status", flat=True)) == ["requested", "rejected"]
    assert (Allocation.objects.count(), Commitment.objects.count()) == (0, 0)
    assert BookingEvent.objects.get(action="reject").reason == "Macchina ferma"


def test_nobody_acts_beyond_their_role(centre: Centre, fanta: User, gira: User) -> None:
    decision = Step(action="approve", at=NOW + timedelta(hours=1), by=gira)

    with pytest.raises(PermissionDenied):
        enter_history(entries=[entry(fanta, order(fanta, "GUARDED", operator=True), decision=decision)])

    assert Booking.objects.count() == 0


def test_a_reason_is_from_the_list_and_a_use_has_its_end(centre: Centre, fanta: User, technician: User) -> None:
    bored = Step(action="cancel", at=NOW + timedelta(hours=1), by=fanta, reason="boredom")
    endless = (a_use(technician, between(9, 12))[0], Step(action="check_out", at=at(12), by=technician))
    for steps in ((bored,), endless):
        with pytest.raises(Malformed):
            enter_history(entries=[entry(fanta, order(fanta), *steps)])
    assert Booking.objects.count() == 0


def test_history_sends_no_mail_and_counts_on(centre: Centre, fanta: User) -> None:
    before = request_booking(order=order(fanta), by=fanta, now=NOW)
    mails = Message.objects.count()

    report = enter_history(entries=[entry(fanta, order(fanta, period=between(14, 16)))])

    assert int(report.references[0][3:]) == int(before.reference[3:]) + 1
    assert Message.objects.count() == mails
    assert enter_history(entries=[]).references == ()


@pytest.mark.parametrize("n", [1, 3])
def test_the_number_of_queries_does_not_grow(
    centre: Centre, fanta: User, technician: User, django_assert_num_queries: Any, n: int
) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(1, n + 1)]
    entries = [
        entry(fanta, order(fanta, period=between(9, 12, day)), *a_use(technician, between(9, 12, day))) for day in days
    ]

    with django_assert_num_queries(25):
        enter_history(entries=entries)

    assert Charge.objects.filter(kind="use").count() == n
    assert set(Charge.objects.values_list("list_value", flat=True)) == {Decimal("300.00")}
