"""Uses that nobody checked out: entered as booked, by the centre, once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from bookings.models import Booking
from bookings.services.use import check_in, enter_as_booked
from common.errors import Conflict
from companies.models import User
from costing.models import Charge, Commitment
from tests.conftest import ApiOf, ClientOf
from tests.world import Centre, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(centre: Centre, fanta: User) -> Booking:
    return book(fanta, "MACHINE", purpose="Trial")


def test_entered_as_booked_is_charged_as_booked(over: Booking, finance: User) -> None:
    usage = enter_as_booked(booking=over, by=finance, now=at(30))

    over.refresh_from_db()
    assert (over.status, usage.started_at, usage.ended_at) == ("completed", at(9), at(11))
    assert (Charge.objects.get().list_value, Commitment.objects.get().state) == (Decimal("200.00"), "consumed")
    assert [event.action for event in over.events.order_by("pk")] == ["request", "check_in", "enter"]


def test_a_check_in_keeps_its_time(over: Booking, technician: User) -> None:
    check_in(booking=over, by=technician, now=at(9.5))

    usage = enter_as_booked(booking=over, by=technician, now=at(30))

    assert (usage.started_at, usage.ended_at) == (at(9.5), at(11))


def test_only_what_is_over_is_entered_and_only_once(over: Booking, finance: User) -> None:
    with pytest.raises(Conflict):
        enter_as_booked(booking=over, by=finance, now=at(10.75))
    enter_as_booked(booking=over, by=finance, now=at(11))
    with pytest.raises(Conflict):
        enter_as_booked(booking=over, by=finance, now=at(12))

    assert Charge.objects.count() == 1


@pytest.mark.parametrize("who", ["fanta", "gira", "pm", "director"])
def test_others_do_not_enter(over: Booking, who: str, request: pytest.FixtureRequest, client_of: ClientOf) -> None:
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        enter_as_booked(booking=over, by=person, now=at(30))
    assert client_of(person).get("/uses/").status_code == 403
    assert client_of(person).post("/uses/enter/", {"reference": over.reference}).status_code == 403
    assert Charge.objects.count() == 0


def test_page_lists_them_and_enters_them_all(
    centre: Centre, fanta: User, gira: User, finance: User, client_of: ClientOf
) -> None:
    references = [book(user, "ROOM").reference for user in (fanta, gira)]
    User.objects.filter(pk=finance.pk).update(language="en")
    client = client_of(finance)
    later = {"X-Collaudo-Now": at(30).isoformat()}

    listed = client.get("/uses/", headers=later).content.decode()
    answer = client.post("/uses/enter/", {"reference": references}, follow=True, headers=later)

    assert all(reference in listed for reference in references)
    assert "2 uses are entered as booked." in answer.content.decode()
    assert set(Booking.objects.values_list("status", flat=True)) == {"completed"}


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_a_fixed_number_of_queries(
    centre: Centre, fanta: User, finance: User, client_of: ClientOf, count: int, django_assert_num_queries: Any
) -> None:
    for _each in range(count):
        book(fanta, "ROOM")
    client = client_of(finance)

    with django_assert_num_queries(5):
        client.get("/uses/", headers={"X-Collaudo-Now": at(30).isoformat()})


def test_over_http(over: Booking, api_of: ApiOf, finance: User, gira: User) -> None:
    path = f"/api/v1/bookings/{over.reference}/enter/"

    foreign = api_of(gira, now=at(30)).post(path, {}, format="json")
    early = api_of(finance, now=at(10)).post(path, {}, format="json")
    done = api_of(finance, now=at(30)).post(path, {}, format="json")

    assert (foreign.status_code, early.status_code, early.json()["code"]) == (404, 409, "wrong_state")
    assert (done.status_code, done.json()["status"]) == (200, "completed")
