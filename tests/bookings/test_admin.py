"""Bookings in the admin site: the administrator looks, nobody writes."""

from __future__ import annotations

import pytest

from bookings.models import Allocation, Booking, BookingEvent, Usage
from bookings.services.use import check_in
from companies.models import User
from tests.bookings.pages import browser
from tests.world import Centre, at, book

pytestmark = pytest.mark.django_db
LISTS = ("booking", "bookingevent", "allocation", "usage")


@pytest.fixture
def running(centre: Centre, fanta: User) -> Booking:
    booking = book(fanta, "MACHINE", project_code="PC-03")
    check_in(booking=booking, by=fanta, now=at(9))
    return booking


@pytest.mark.parametrize("name", LISTS)
def test_administrator_reads_lists_and_rows(name: str, running: Booking, admin: User) -> None:
    keys = {
        "booking": running.pk,
        "bookingevent": BookingEvent.objects.filter(booking=running).values_list("pk", flat=True)[0],
        "allocation": Allocation.objects.get(booking=running).pk,
        "usage": Usage.objects.get(booking=running).pk,
    }
    client = browser(admin)

    listed = client.get(f"/admin/bookings/{name}/?q={running.reference}")
    shown = client.get(f"/admin/bookings/{name}/{keys[name]}/change/")

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert running.reference in listed.content.decode()
    assert 'name="_save"' not in shown.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_nobody_writes(name: str, running: Booking, admin: User) -> None:
    client = browser(admin)

    answers = (client.get(f"/admin/bookings/{name}/add/"), client.post(f"/admin/bookings/{name}/1/delete/"))

    assert [answer.status_code for answer in answers] == [403, 403]


@pytest.mark.parametrize("who", ["fanta", "technician", "manager", "finance"])
def test_others_do_not_look(who: str, running: Booking, request: pytest.FixtureRequest) -> None:
    response = browser(request.getfixturevalue(who)).get("/admin/bookings/booking/")

    assert running.reference not in response.content.decode()
    assert response.status_code in (302, 403)
