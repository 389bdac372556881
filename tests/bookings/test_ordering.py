"""Asking for a booking: what is written, what is refused, who may."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bookings.models import Allocation, Booking, BookingEvent
from bookings.services.ordering import offer, resolve_order
from common.errors import Malformed, NotFound, Refused
from companies.models import User
from costing.models import Commitment
from facility.models import BookingPolicy
from outbox.models import Message
from tests.factories import make_user
from tests.world import MONDAY, NOW, Centre, at, between, book

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def change_policy(code: str, **numbers: int) -> None:
    """Change the policy of the one resource that uses it."""
    assert BookingPolicy.objects.filter(resources__code=code).update(**numbers) == 1


def test_booking_without_approval_is_confirmed_allocated_and_committed(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE", purpose="Trial")

    allocation = Allocation.objects.get()
    assert (booking.status, booking.company, booking.purpose) == ("confirmed", fanta.company, "Trial")
    assert (allocation.resource, allocation.seat, allocation.live) == (centre.machine, 1, True)
    assert (allocation.blocked.lower, allocation.blocked.upper) == (at(9), at(11.25))
    commitment = Commitment.objects.get()
    assert (commitment.source, commitment.list_value) == (f"booking:{booking.reference}", Decimal("200.00"))
    assert list(BookingEvent.objects.values_list("action", "from_status", "to_status")) == [
        ("request", "", "confirmed")
    ]


def test_request_that_waits_allocates_and_commits_nothing(centre: Centre, fanta: User, manager: User) -> None:
    booking = book(fanta, "GUARDED", operator=True)

    assert booking.status == "requested"
    assert (Allocation.objects.count(), Commitment.objects.count()) == (0, 0)
    assert list(Message.objects.values_list("event", "recipient__email")) == [("booking_requested", manager.email)]


def test_any_number_may_wait_on_one_slot(centre: Centre, fanta: User, gira: User) -> None:
    first, second = book(fanta, "GUARDED", operator=True), book(gira, "GUARDED", operator=True)

    assert (first.status, second.status) == ("requested", "requested")


def test_line_takes_its_parts_with_the_wider_buffers(centre: Centre, fanta: User) -> None:
    book(fanta, "LINE", start=10, end=12)

    blocked = {one.resource.code: (one.blocked.lower, one.blocked.upper) for one in Allocation.objects.all()}
    assert blocked == {"LINE": (at(9.5), at(12)), "MACHINE": (at(9.5), at(12.25))}


def test_part_keeps_its_own_buffers_beside_a_whole_that_has_none(centre: Centre, fanta: User, manager: User) -> None:
    change_policy("LINE", setup_minutes=0)

    book(fanta, "LINE", start=10, end=12)
    book(manager, "LINE", start=8, end=19, day=TUESDAY, override_reason="Visit of the whole day")

    blocked = [
        (one.resource.code, one.blocked.lower, one.blocked.upper)
        for one in Allocation.objects.order_by("booking", "resource__code")
    ]
    assert blocked == [
        ("LINE", at(10), at(12)),
        ("MACHINE", at(10), at(12.25)),
        ("LINE", at(8, TUESDAY), at(19, TUESDAY)),
        ("MACHINE", at(8, TUESDAY), at(19, TUESDAY)),
    ]


def test_neighbour_inside_a_set_up_of_days_takes_a_seat(centre: Centre, fanta: User, gira: User) -> None:
    book(fanta, "ROOM", start=9, end=11)
    change_policy("ROOM", setup_minutes=3 * 24 * 60)

    book(gira, "ROOM", start=9, end=11, day=MONDAY + timedelta(days=3))

    assert list(Allocation.objects.order_by("pk").values_list("seat", flat=True)) == [1, 2]


def test_whole_day_takes_no_buffers(centre: Centre, fanta: User, manager: User) -> None:
    book(manager, "MACHINE", start=8, end=19, override_reason="Visit of the whole day")

    blocked = Allocation.objects.get().blocked
    assert (blocked.lower, blocked.upper) == (at(8), at(19))


def test_overlap_is_refused_with_three_alternatives(centre: Centre, fanta: User, gira: User) -> None:
    book(fanta, "MACHINE")

    with pytest.raises(Refused) as caught:
        book(gira, "MACHINE", start=10, end=12)

    starts = [one.starts_at for one in caught.value.alternatives]
    assert (caught.value.status, caught.value.code) == (409, "overlap")
    assert starts == [at(11.25), at(11.5), at(11.75)]
    assert Booking.objects.count() == 1


def test_part_of_a_booked_line_is_taken(centre: Centre, fanta: User, gira: User) -> None:
    book(fanta, "LINE")

    with pytest.raises(Refused) as caught:
        book(gira, "MACHINE")

    assert caught.value.code == "overlap"


def test_room_of_three_seats_takes_three(centre: Centre, fanta: User, gira: User) -> None:
    seats = [book(user, "ROOM").allocations.get().seat for user in (fanta, gira, fanta)]

    with pytest.raises(Refused) as caught:
        book(gira, "ROOM")

    assert seats == [1, 2, 3]
    assert caught.value.code == "overlap"


def test_overlap_with_another_reason_is_422(centre: Centre, fanta: User, gira: User) -> None:
    book(fanta, "MACHINE")

    with pytest.raises(Refused) as caught:
        book(gira, "MACHINE", people=99)

    assert caught.value.status == 422
    assert [one.code for one in caught.value.refusals] == ["overlap", "too_many_people"]


def test_manager_lifts_what_managers_may_and_only_with_a_reason(centre: Centre, manager: User) -> None:
    with pytest.raises(Refused):
        book(manager, "MACHINE", start=19, end=21)

    booking = book(manager, "MACHINE", start=19, end=21, override_reason="Evening visit of the board")

    assert (booking.status, booking.override_reason) == ("confirmed", "Evening visit of the board")


def test_firm_lifts_nothing(centre: Centre, fanta: User) -> None:
    with pytest.raises(Refused):
        book(fanta, "MACHINE", start=19, end=21, override_reason="Please")


def test_staff_without_company_books_internally(centre: Centre, technician: User) -> None:
    booking = book(technician, "MACHINE")

    assert (booking.company, booking.price["list_value"], booking.price["vat"]) == (None, "80.00", "0.00")


def test_nobody_without_firm_and_role_is_quoted_internal_prices(centre: Centre) -> None:
    with pytest.raises(PermissionDenied):
        resolve_order(user=make_user("nobody@example.org"), codes=["MACHINE"], period=between(9, 11))


def test_finance_does_not_book(centre: Centre, finance: User) -> None:
    with pytest.raises(PermissionDenied):
        book(finance, "MACHINE")


@pytest.mark.parametrize(
    "wish",
    [
        {"codes": ["NOWHERE"]},
        {"codes": ["MACHINE"], "project_code": "PC-99"},
        {"codes": ["MACHINE"], "project_code": "PC-03", "milestone_code": "PC-99.M1"},
        {"codes": ["MACHINE"], "company_id": 999_999},
    ],
)
def test_unknown_things_are_not_found(centre: Centre, fanta: User, wish: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        resolve_order(user=fanta, period=between(9, 11), **wish)  # type: ignore[arg-type]


def test_another_firms_project_is_not_found(centre: Centre, gira: User) -> None:
    with pytest.raises(NotFound):
        resolve_order(user=gira, codes=["MACHINE"], period=between(9, 11), project_code="PC-03")


@pytest.mark.parametrize("codes", [[], ["MACHINE", "MACHINE"]])
def test_resources_are_named_once(centre: Centre, fanta: User, codes: list[str]) -> None:
    with pytest.raises(Malformed):
        resolve_order(user=fanta, codes=codes, period=between(9, 11))


def test_offer_shows_share_and_terms_and_writes_nothing(centre: Centre, fanta: User) -> None:
    order = resolve_order(
        user=fanta, codes=["MACHINE"], period=between(9, 11), project_code="PC-03", milestone_code="PC-03.M1"
    )

    offered = offer(order=order, by=fanta, now=NOW).as_json()

    assert (offered["list_value"], offered["contribution"], offered["payable"]) == ("200.00", "200.00", "0.00")
    assert offered["cancellation"] == {
        "free_until": "2026-11-29T09:00:00+01:00",
        "late_fee": "100.00",
        "no_show_fee": "200.00",
    }
    assert Booking.objects.count() == 0


def test_booking_takes_a_fixed_number_of_queries(
    centre: Centre, fanta: User, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1")
