"""The floor's tablet: who is on which resource, who comes, who is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from bookings.services.use import check_in, check_out
from companies.models import User
from tests.bookings.pages import browser, words
from tests.world import MONDAY, Centre, at, book

pytestmark = pytest.mark.django_db
FLOOR = "/floor/"


def lanes(response: Any) -> dict[str, tuple[list[str], list[str], list[str]]]:
    return {
        lane.resource.code: (
            [card.booking.reference for card in lane.running],
            [card.booking.reference for card in lane.coming],
            [booking.reference for booking in lane.done],
        )
        for lane in response.context["lanes"]
    }


def late(response: Any) -> dict[str, int]:
    cards = [card for lane in response.context["lanes"] for card in (*lane.running, *lane.coming)]
    return {card.booking.reference: card.minutes_late for card in cards}


def test_empty_day(manager: User, centre: Centre) -> None:
    assert "Nobody is expected" in words(browser(manager).get(FLOOR))


def test_now_next_and_done_by_resource(centre: Centre, fanta: User, gira: User, technician: User) -> None:
    left, on, next_ = (
        book(user, "MACHINE", start=hour, end=hour + 1) for user, hour in ((gira, 8), (fanta, 10), (gira, 12))
    )
    room = book(gira, "ROOM", start=15, end=16)
    check_in(booking=left, by=technician, now=at(8))
    check_out(booking=left, by=technician, now=at(9))
    check_in(booking=on, by=technician, now=at(10))

    response = browser(technician, at(10.5)).get(FLOOR)

    assert lanes(response) == {
        "MACHINE": ([on.reference], [next_.reference], [left.reference]),
        "ROOM": ([], [room.reference], []),
    }
    assert "Monday 30 November 2026" in words(response)
    assert "12:00–13:00 Giravolta Trasmissioni S.p.A." in words(response)


def test_days_can_be_switched(centre: Centre, fanta: User, manager: User) -> None:
    booking = book(fanta, "MACHINE")
    sunday = browser(manager, at(12) - timedelta(days=1))

    shown = [lanes(sunday.get(f"{FLOOR}{query}")) for query in ("", "?day=2026-11-30", "?day=2026-02-31", "?day=1")]

    assert shown == [{}, {"MACHINE": ([], [booking.reference], [])}, {}, {}]


def test_day_of_the_floor_is_local(centre: Centre, fanta: User, manager: User) -> None:
    booking = book(manager, "MACHINE", start=0, end=1, override_reason="Night trial")

    response = browser(manager, at(0.2)).get(FLOOR)

    assert (response.context["day"], lanes(response)) == (MONDAY, {"MACHINE": ([], [booking.reference], [])})


def test_late_ones_are_marked(centre: Centre, fanta: User, gira: User, technician: User) -> None:
    over = book(fanta, "MACHINE", start=9, end=10)
    absent = book(gira, "MACHINE", start=11, end=12)
    check_in(booking=over, by=technician, now=at(9))

    response = browser(technician, at(11.5)).get(FLOOR)

    assert late(response) == {over.reference: 90, absent.reference: 30}
    assert "over by 1 h 30 min" in words(response)
    assert "not here since 30 min" in words(response)
    assert "2 bookings are late" in words(response)


@pytest.mark.parametrize("who", ["fanta", "finance", "pm"])
def test_floor_is_for_those_who_run_it(who: str, centre: Centre, fanta: User, request: pytest.FixtureRequest) -> None:
    booking = book(fanta, "MACHINE")
    client = browser(request.getfixturevalue(who), at(9))

    answers = [client.get(FLOOR), client.post(f"{FLOOR}{booking.reference}/check-in/")]

    booking.refresh_from_db()
    assert ([answer.status_code for answer in answers], booking.status) == ([403, 403], "confirmed")


def test_checking_in_with_one_tap(centre: Centre, fanta: User, technician: User) -> None:
    booking = book(fanta, "MACHINE")

    response = browser(technician, at(9)).post(
        f"{FLOOR}{booking.reference}/check-in/", {"day": "2026-11-30"}, follow=True
    )

    booking.refresh_from_db()
    assert (booking.status, response.redirect_chain) == ("in_use", [("/floor/?day=2026-11-30", 302)])
    assert f"{booking.reference} is checked in." in words(response)


def test_checking_in_too_early_says_why(centre: Centre, fanta: User, technician: User) -> None:
    booking = book(fanta, "MACHINE")

    response = browser(technician).post(f"{FLOOR}{booking.reference}/check-in/", {"day": "nonsense"})

    assert response.status_code == 409
    assert "Check-in opens ten minutes before the start." in words(response)


def test_checking_out_in_two_taps(centre: Centre, fanta: User, technician: User) -> None:
    booking = book(fanta, "MACHINE")
    check_in(booking=booking, by=technician, now=at(9))
    client = browser(technician, at(11))
    fields = {"started_at": "2026-11-30T09:00", "ended_at": "2026-11-30T11:00"}
    sent = {f"{booking.reference}-{name}": value for name, value in fields.items()}

    again = client.post(f"{FLOOR}{booking.reference}/check-out/", {"day": "2026-11-30"})
    client.post(f"{FLOOR}{booking.reference}/check-out/", {**sent, "day": "2026-11-30"})
    twice = client.post(f"{FLOOR}{booking.reference}/check-out/", {**sent, "day": "2026-11-30"})

    assert (again.status_code, twice.status_code) == (422, 409)
    assert Booking.objects.get(pk=booking.pk).usage.ended_at == at(11)


def test_booking_of_several_resources_has_one_place_for_its_steps(
    centre: Centre, fanta: User, technician: User
) -> None:
    booking = book(fanta, "MACHINE", "ROOM")

    response = browser(technician, at(9)).get(FLOOR)

    assert response.content.decode().count(f'action="/floor/{booking.reference}/check-in/"') == 1
    assert "Check in and out with Resource MACHINE" in words(response)


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(
    n: int, centre: Centre, fanta: User, technician: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(n):
        booking = book(fanta, "ROOM", start=9, end=10 + hour, project_code="PC-03")
        check_in(booking=booking, by=technician, now=at(9))
    client = browser(technician, at(9.5))

    with django_assert_num_queries(6):
        client.get(FLOOR)


def test_what_was_filled_in_stays_when_the_service_says_no(centre: Centre, fanta: User, technician: User) -> None:
    booking = book(fanta, "MACHINE")
    check_in(booking=booking, by=technician, now=at(9))
    fields = {"started_at": "2026-11-30T09:00", "ended_at": "2026-11-30T18:00", "note": "Long day"}
    sent = {f"{booking.reference}-{name}": value for name, value in fields.items()}

    answers = [
        browser(technician, at(11)).post(url, {**sent, "day": "2026-11-30"})
        for url in (f"{FLOOR}{booking.reference}/check-out/", f"/bookings/{booking.reference}/check-out/")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [("The end of use cannot lie" in words(answer), "Long day" in words(answer)) for answer in answers] == [
        (True, True),
        (True, True),
    ]
