"""My bookings: who sees what, on which shelf, in how many queries."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.services.life import cancel_booking
from companies.models import User
from tests.bookings.pages import browser, words
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db
MINE = "/bookings/"


def references(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{MINE}{query}")
    return [booking.reference for booking in response.context["page"].object_list]


def test_visitors_sign_in_first(client: Client) -> None:
    response = client.get(MINE)

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/bookings/")


def test_empty_list_says_how_to_begin(fanta: User) -> None:
    text = words(browser(fanta).get(MINE))

    assert "Nothing booked yet" in text
    assert "Open the catalogue" in text


def test_list_shows_what_when_project_and_share(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE", project_code="PC-03")

    text = words(browser(fanta).get(MINE))

    assert f"Resource MACHINE {booking.reference} Mon 30/11/2026, 09:00–11:00 PC-03 confirmed €0.00" in text


def test_a_firm_does_not_see_another(centre: Centre, fanta: User, gira: User) -> None:
    mine, other = book(fanta, "MACHINE"), book(gira, "MACHINE", start=14, end=15)

    assert references(browser(fanta)) == [mine.reference]
    assert references(browser(gira)) == [other.reference]
    assert "Officine Fantasia" not in words(browser(gira).get(MINE))


def test_filters_of_staff_do_nothing_for_a_firm(centre: Centre, fanta: User, gira: User) -> None:
    mine = book(fanta, "MACHINE")
    book(gira, "MACHINE", start=14, end=15)

    assert references(browser(fanta), f"?company={gira.company_id}&tab=all") == [mine.reference]


def test_shelves(centre: Centre, fanta: User) -> None:
    waiting = book(fanta, "GUARDED", operator=True)
    later, sooner = book(fanta, "MACHINE", start=14, end=15), book(fanta, "MACHINE")
    gone = book(fanta, "ROOM")
    cancel_booking(booking=gone, reason="illness", by=fanta, now=NOW)

    shelves = {
        name: references(browser(fanta), f"?tab={name}")
        for name in ("upcoming", "waiting", "running", "past", "nonsense")
    }

    assert shelves == {
        "upcoming": [sooner.reference, later.reference],
        "waiting": [waiting.reference],
        "running": [],
        "past": [gone.reference],
        "nonsense": [sooner.reference, later.reference],
    }


def test_what_was_never_checked_in_is_past_when_it_is_over(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")

    assert references(browser(fanta, at(12)), "?tab=past") == [booking.reference]


def test_counts_stand_on_the_shelves(centre: Centre, fanta: User) -> None:
    book(fanta, "MACHINE")
    book(fanta, "GUARDED", operator=True)

    shelves = browser(fanta).get(MINE).context["shelves"]

    assert {name: count for name, _label, count in shelves} == {
        "upcoming": 1,
        "waiting": 1,
        "running": 0,
        "past": 0,
        "all": 2,
    }


def test_staff_see_all_and_narrow(centre: Centre, fanta: User, gira: User, finance: User) -> None:
    mine = book(fanta, "MACHINE", project_code="PC-03")
    other = book(gira, "ROOM", start=14, end=15)
    staff = browser(finance)

    narrowed = {
        query: references(staff, query)
        for query in (
            "",
            f"?company={gira.company_id}",
            "?resource=MACHINE",
            "?project=PC-03",
            "?status=requested",
            "?status=nonsense",
            "?company=999999",
        )
    }

    assert narrowed == {
        "": [mine.reference, other.reference],
        f"?company={gira.company_id}": [other.reference],
        "?resource=MACHINE": [mine.reference],
        "?project=PC-03": [mine.reference],
        "?status=requested": [],
        "?status=nonsense": [other.reference, mine.reference],
        "?company=999999": [mine.reference, other.reference],
    }


def test_pages_of_the_list(centre: Centre, fanta: User) -> None:
    for seat_and_hour in range(26):
        book(fanta, "ROOM", start=8 + (seat_and_hour // 3), end=9 + (seat_and_hour // 3))
    client = browser(fanta)

    assert [len(references(client, f"?page={page}")) for page in ("1", "2", "9", "x")] == [25, 1, 1, 25]


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(
    n: int, centre: Centre, fanta: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(n):
        book(fanta, "ROOM", start=9 + hour, end=10 + hour, project_code="PC-03")
    client = browser(fanta)

    with django_assert_num_queries(7):
        client.get(MINE)


@pytest.mark.parametrize("n", [1, 3])
def test_queries_of_staff_do_not_grow(
    n: int, centre: Centre, fanta: User, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(n):
        book(fanta, "ROOM", start=9 + hour, end=10 + hour)
    client = browser(manager)

    with django_assert_num_queries(9):
        client.get(MINE)
