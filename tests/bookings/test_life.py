"""Approval, rejection, cancellation, use: each step, its conflicts and who may take it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bookings.models import Allocation, Booking
from bookings.services.life import approve_booking, cancel_booking, reject_booking
from bookings.services.use import check_in, check_out
from common.errors import Conflict, Malformed, Refused
from companies.models import User
from costing.models import Charge, Commitment
from facility.models import Qualification, QualificationHeld
from outbox.models import Message
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(centre: Centre, fanta: User) -> Booking:
    return book(fanta, "GUARDED", operator=True, project_code="PC-03", milestone_code="PC-03.M1")


def test_approval_allocates_and_commits(request_: Booking, manager: User, fanta: User) -> None:
    booking = approve_booking(booking=request_, by=manager, now=NOW)

    assert (booking.status, booking.approved_by) == ("confirmed", manager)
    assert Allocation.objects.filter(booking=booking, live=True).count() == 1
    assert Commitment.objects.get().list_value == Decimal("290.00")
    assert Message.objects.get(event="booking_confirmed").recipient == fanta


def test_second_of_two_approvals_is_an_overlap_and_stays_requested(
    request_: Booking, manager: User, gira: User
) -> None:
    other = book(gira, "GUARDED", operator=True)
    approve_booking(booking=request_, by=manager, now=NOW)

    with pytest.raises(Refused) as caught:
        approve_booking(booking=other, by=manager, now=NOW)

    other.refresh_from_db()
    assert (caught.value.status, caught.value.code, other.status) == (409, "overlap", "requested")
    assert len(caught.value.alternatives) == 3


def test_approving_twice_is_a_wrong_state(request_: Booking, manager: User) -> None:
    approve_booking(booking=request_, by=manager, now=NOW)

    with pytest.raises(Conflict) as caught:
        approve_booking(booking=request_, by=manager, now=NOW)

    assert (caught.value.code, caught.value.extra) == ("wrong_state", {"booking_status": "confirmed"})


@pytest.mark.parametrize("who", ["fanta", "gira", "finance", "pm"])
def test_only_the_floor_approves(request_: Booking, who: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        approve_booking(booking=request_, by=person, now=NOW)
    with pytest.raises(PermissionDenied):
        reject_booking(booking=request_, reason="No", by=person, now=NOW)


def test_rejection_needs_a_reason_and_keeps_it(request_: Booking, manager: User) -> None:
    with pytest.raises(Malformed):
        reject_booking(booking=request_, reason="  ", by=manager, now=NOW)

    booking = reject_booking(booking=request_, reason="The furnace is being repaired", by=manager, now=NOW)

    assert booking.status == "rejected"
    assert booking.events.get(action="reject").reason == "The furnace is being repaired"


def test_cancelling_frees_the_slot_and_releases_the_commitment(centre: Centre, fanta: User, gira: User) -> None:
    booking = book(fanta, "MACHINE")

    cancel_booking(booking=booking, reason="changed_plans", note="Later", by=fanta, now=NOW)

    assert Commitment.objects.get().state == "released"
    assert book(gira, "MACHINE").status == "confirmed"


def test_cancelling_asks_for_a_listed_reason(centre: Centre, fanta: User) -> None:
    with pytest.raises(Malformed):
        cancel_booking(booking=book(fanta, "MACHINE"), reason="whim", by=fanta, now=NOW)


def test_firm_does_not_cancel_what_has_started_and_nobody_anothers(centre: Centre, fanta: User, gira: User) -> None:
    booking = book(fanta, "MACHINE")

    with pytest.raises(Conflict):
        cancel_booking(booking=booking, reason="other", by=fanta, now=booking.starts_at)
    with pytest.raises(PermissionDenied):
        cancel_booking(booking=booking, reason="other", by=gira, now=NOW)


def test_check_in_opens_ten_minutes_before(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")

    with pytest.raises(Conflict) as caught:
        check_in(booking=booking, by=fanta, now=at(9) - timedelta(minutes=10, seconds=1))
    usage = check_in(booking=booking, by=fanta, now=at(9) - timedelta(minutes=10))

    booking.refresh_from_db()
    assert (caught.value.code, booking.status, usage.started_at) == (
        "too_early",
        "in_use",
        at(9) - timedelta(minutes=10),
    )


def test_check_out_late_charges_the_overrun(centre: Centre, fanta: User, technician: User) -> None:
    booking = book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1")
    check_in(booking=booking, by=technician, now=at(9))

    usage = check_out(booking=booking, by=technician, now=at(11) + timedelta(minutes=20))

    charge = Charge.objects.get()
    assert (usage.charge_set, charge.booking, charge.milestone_code) == (
        charge.charge_set,
        booking.reference,
        "PC-03.M1",
    )
    assert (charge.list_value, charge.contribution, charge.net) == (
        Decimal("250.00"),
        Decimal("250.00"),
        Decimal("0.00"),
    )
    assert Commitment.objects.get().state == "consumed"
    booking.refresh_from_db()
    assert booking.status == "completed"


def test_operator_hours_follow_the_use_unless_given(request_: Booking, manager: User, technician: User) -> None:
    booking = approve_booking(booking=request_, by=manager, now=NOW)
    check_in(booking=booking, by=technician, now=at(9))

    check_out(booking=booking, by=technician, now=at(11), operator_hours=Decimal("1.50"))

    operator = Charge.objects.get(kind="operator")
    assert (operator.quantity, operator.list_value) == (Decimal("1.5000"), Decimal("67.50"))


def test_leaving_early_frees_the_rest_at_once(centre: Centre, fanta: User, gira: User) -> None:
    booking = book(fanta, "MACHINE", start=9, end=13)
    check_in(booking=booking, by=fanta, now=at(9))
    check_out(booking=booking, by=fanta, now=at(10))

    assert Allocation.objects.filter(live=True).count() == 0


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"ended_at": at(8)}, "end_before_start"),
        ({"started_at": at(10.5)}, "end_before_start"),
        ({"ended_at": at(23)}, "invalid"),
        ({"started_at": at(-16), "ended_at": at(-15)}, "invalid"),
    ],
)
def test_impossible_times_are_refused_and_nothing_is_written(
    centre: Centre, fanta: User, times: dict[str, object], code: str
) -> None:
    booking = book(fanta, "MACHINE")
    check_in(booking=booking, by=fanta, now=at(9))

    with pytest.raises(Malformed) as caught:
        check_out(booking=booking, by=fanta, now=at(10.5), **times)  # type: ignore[arg-type]

    booking.refresh_from_db()
    assert (caught.value.code, booking.status, Charge.objects.count()) == (code, "in_use", 0)


def test_checking_out_before_checking_in_is_a_wrong_state(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")

    with pytest.raises(Conflict) as caught:
        check_out(booking=booking, by=fanta, now=at(10))

    assert caught.value.code == "wrong_state"


def test_outsider_does_not_check_in(centre: Centre, fanta: User, gira: User) -> None:
    with pytest.raises(PermissionDenied):
        check_in(booking=book(fanta, "MACHINE"), by=gira, now=at(9))


def test_operator_minutes_are_exact_when_nobody_gives_hours(request_: Booking, manager: User, technician: User) -> None:
    booking = approve_booking(booking=request_, by=manager, now=NOW)
    check_in(booking=booking, by=technician, now=at(9))

    usage = check_out(booking=booking, by=technician, now=at(11) + timedelta(minutes=20))

    assert usage.operator_hours == Decimal("2.33")
    assert Charge.objects.get(kind="operator").list_value == Decimal("105.00")


def test_operator_who_came_unbooked_is_charged(centre: Centre, manager: User, technician: User) -> None:
    course = Qualification.objects.get(code="Q-COB")
    QualificationHeld.objects.create(
        user=manager, qualification=course, earned_on=date(2026, 1, 1), expires_on=date(2027, 1, 1)
    )
    booking = book(manager, "GUARDED", "MACHINE")
    check_in(booking=booking, by=technician, now=at(9))

    check_out(booking=booking, by=technician, now=at(11), operator_hours=Decimal("1.50"))

    operator = Charge.objects.get(kind="operator")
    assert (operator.resource_code, operator.list_value) == ("GUARDED", Decimal("67.50"))


def test_reason_of_a_firm_lifts_nothing_when_the_centre_approves(centre: Centre, fanta: User, manager: User) -> None:
    request = book(fanta, "GUARDED", operator=True, override_reason="Please")

    with pytest.raises(Refused) as caught:
        approve_booking(booking=request, by=manager, now=at(10))

    request.refresh_from_db()
    assert ([one.code for one in caught.value.refusals], request.status) == (["in_past"], "requested")


def test_check_in_recorded_after_the_end_asks_when_the_use_was(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")
    check_in(booking=booking, by=fanta, now=at(34))

    for times in ({}, {"started_at": at(9)}):
        with pytest.raises(Malformed):
            check_out(booking=booking, by=fanta, now=at(35), **times)  # type: ignore[arg-type]
    check_out(booking=booking, by=fanta, now=at(35), started_at=at(9), ended_at=at(11))

    assert Charge.objects.get().list_value == Decimal("200.00")


def test_who_works_for_another_firm_now_hears_nothing_more(
    centre: Centre, fanta_member: User, gira: User, manager: User
) -> None:
    request = book(fanta_member, "GUARDED", operator=True)
    User.objects.filter(pk=fanta_member.pk).update(company=gira.company)

    approve_booking(booking=request, by=manager, now=NOW)

    assert not Message.objects.filter(event="booking_confirmed").exists()


def test_operator_hours_beyond_what_two_could_work_are_refused(
    request_: Booking, manager: User, technician: User
) -> None:
    booking = approve_booking(booking=request_, by=manager, now=NOW)
    check_in(booking=booking, by=technician, now=at(9))

    with pytest.raises(Malformed) as caught:
        check_out(booking=booking, by=technician, now=at(11), operator_hours=Decimal("4.01"))
    usage = check_out(booking=booking, by=technician, now=at(11), operator_hours=Decimal("4.00"))

    assert (caught.value.field_name, usage.operator_hours) == ("operator_hours", Decimal("4.00"))
