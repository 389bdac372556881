"""The checkout: what it shows, what it writes, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bookings.models import Booking
from companies.models import User
from tests.bookings.pages import browser, words
from tests.world import Centre, book

pytestmark = pytest.mark.django_db
WISH = {"resource": "MACHINE", "day": "2026-11-30", "begin": "09:00", "finish": "11:00", "people": "1"}


def post(user: User, **changes: Any) -> Any:
    return browser(user).post("/book/", {**WISH, "work": "PC-03.M1", "purpose": "", "names": "", **changes})


def test_visitors_sign_in_and_come_back(client: Client) -> None:
    response = client.get("/book/?resource=MACHINE&day=2026-11-30")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/book/%3Fresource%3DMACHINE%26day%3D2026-11-30"


def test_summary_before_booking(centre: Centre, fanta: User) -> None:
    text = words(browser(fanta).get("/book/", {**WISH, "work": "PC-03.M1"}))

    assert "Mon 30/11/2026, 09:00–11:00" in text
    assert "PC-03 · Bracket" in text
    assert "Resource MACHINE: use €200.00" in text
    assert Booking.objects.count() == 0


def test_booking_leads_to_its_page(centre: Centre, fanta: User) -> None:
    response = post(fanta, purpose='=HYPERLINK("x")', names="a@imprese.example; b@imprese.example")

    booking = Booking.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/bookings/{booking.reference}/")
    assert (booking.status, booking.milestone, booking.company) == ("confirmed", centre.milestone, fanta.company)
    assert (booking.purpose, booking.names) == ('=HYPERLINK("x")', ["a@imprese.example", "b@imprese.example"])


def test_what_needs_approval_is_asked_for(centre: Centre, fanta: User) -> None:
    page = browser(fanta).get("/book/", {**WISH, "resource": "GUARDED", "operator": "on"})
    response = post(fanta, resource="GUARDED", operator="on")

    assert "Ask for it" in words(page)
    assert response.status_code == 302
    assert Booking.objects.get().status == "requested"


def test_taken_meanwhile_is_a_409_with_alternatives(centre: Centre, fanta: User, gira: User) -> None:
    book(gira, "MACHINE")
    response = post(fanta)

    assert response.status_code == 409
    assert "This time is already taken." in words(response)
    assert "Mon 30/11/2026, 11:15–13:15" in words(response)
    assert Booking.objects.filter(company=fanta.company).count() == 0


def test_refusals_are_a_422(centre: Centre, fanta: User) -> None:
    response = post(fanta, people="40", begin="09:10")

    assert response.status_code == 422
    assert "takes at most 6 people" in words(response)
    assert "steps of 15 minutes" in words(response)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("changes", [{"finish": "08:00"}, {"work": "PC-99"}, {"purpose": "x" * 501}, {"day": "soon"}])
def test_what_cannot_be_read_writes_nothing(centre: Centre, fanta: User, changes: dict[str, str]) -> None:
    assert post(fanta, **changes).status_code == 422
    assert Booking.objects.count() == 0


def test_several_resources_make_one_booking(centre: Centre, fanta: User) -> None:
    response = post(fanta, resource=["MACHINE", "ROOM"])

    assert response.status_code == 302
    assert [row.resource.code for row in Booking.objects.get().booked.order_by("position")] == ["MACHINE", "ROOM"]


@pytest.mark.parametrize("code", ["NONE", "", "LINE"])
def test_unknown_resources_are_404(centre: Centre, fanta: User, code: str) -> None:
    centre.line.published = False
    centre.line.save()

    assert post(fanta, resource=code).status_code == 404
    assert browser(fanta).get(f"/book/?resource={code}").status_code == 404


def test_another_firms_project_cannot_be_named(centre: Centre, gira: User) -> None:
    assert post(gira).status_code == 422
    assert Booking.objects.count() == 0


def test_a_role_that_does_not_book_is_403(centre: Centre, finance: User) -> None:
    assert post(finance).status_code == 403
    assert Booking.objects.count() == 0


def test_a_manager_goes_beyond_the_rules_with_a_reason(centre: Centre, manager: User, fanta: User) -> None:
    assert "Reason for going beyond the rules" in words(browser(manager).get("/book/", {**WISH, "people": "40"}))
    assert "Reason for going beyond" not in words(browser(fanta).get("/book/", {**WISH, "people": "40"}))
    assert post(manager, work="", people="40").status_code == 422

    response = post(manager, work="", people="40", override_reason="School visit")

    assert response.status_code == 302
    assert Booking.objects.get().override_reason == "School visit"
