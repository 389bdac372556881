"""One booking's page: what it tells, to whom, and the steps that it offers."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from bookings.services.life import approve_booking
from bookings.services.use import check_in, check_out
from companies.models import User
from tests.bookings.pages import browser, words
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db
STEPS = ("cancel", "approve", "reject", "check-in", "check-out")


def url(booking: Booking, step: str = "") -> str:
    return f"/bookings/{booking.reference}/" + (f"{step}/" if step else "")


def offered(user: User, booking: Booking, now: datetime = NOW) -> set[str]:
    page = browser(user, now).get(url(booking)).content.decode()
    return {step for step in STEPS if f'action="{url(booking, step)}"' in page}


@pytest.fixture
def request_(centre: Centre, fanta: User) -> Booking:
    return book(fanta, "GUARDED", operator=True, project_code="PC-03", milestone_code="PC-03.M1")


@pytest.fixture
def running(centre: Centre, fanta: User) -> Booking:
    booking = book(fanta, "MACHINE")
    check_in(booking=booking, by=fanta, now=at(9) + timedelta(seconds=20))
    return booking


def test_page_tells_the_booking_and_its_price(request_: Booking, fanta: User) -> None:
    text = words(browser(fanta).get(url(request_)))

    assert "Monday 30 November 2026, 09:00" in text
    assert "PC-03 Bracket" in text
    assert "List value €290.00 Public contribution (100%) −€290.00 What you pay €0.00" in text
    assert "2 h at €100.00 per hour €200.00" in text
    assert "Operator: 2 h at €45.00 per hour €90.00" in text
    assert "20/11/2026 10:00 Requested · Fanta requested" in text


def test_page_speaks_italian(request_: Booking, fanta: User) -> None:
    assert "Valore di listino" in words(browser(fanta, language="it").get(url(request_)))


def test_lifted_rule_is_shown_with_its_reason(centre: Centre, manager: User) -> None:
    booking = book(manager, "MACHINE", start=20, end=21, override_reason="Night visit of the ministry")

    text = words(browser(manager).get(url(booking)))

    assert "A rule was lifted for this booking Night visit of the ministry" in text


def test_another_firm_gets_404_for_page_and_steps(request_: Booking, gira: User) -> None:
    outsider = browser(gira)

    theirs = [outsider.get(url(request_)), *(outsider.post(url(request_, step)) for step in STEPS)]
    unknown = outsider.get("/bookings/BK-999999/")

    assert [(answer.status_code, words(answer)) for answer in theirs] == [(404, words(unknown))] * 6


def test_visitors_sign_in_first(request_: Booking, client: object) -> None:
    response = client.post(url(request_, "cancel"))  # type: ignore[attr-defined]

    assert response["Location"] == f"/accounts/login/?next={url(request_, 'cancel')}"


def test_steps_offered_follow_role_and_state(request_: Booking, fanta: User, manager: User, finance: User) -> None:
    waiting = (offered(fanta, request_), offered(manager, request_), offered(finance, request_))
    approve_booking(booking=request_, by=manager, now=NOW)
    arriving = (offered(fanta, request_, at(8.9)), offered(manager, request_, at(8.9)), offered(finance, request_))
    started = offered(fanta, request_, at(9.5))

    assert waiting == ({"cancel"}, {"approve", "reject", "cancel"}, set())
    assert arriving == ({"cancel", "check-in"}, {"cancel", "check-in"}, set())
    assert started == {"check-in"}


def test_check_in_that_is_too_early_is_announced(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")

    assert "You can check in here from 30/11/2026 08:50." in words(browser(fanta).get(url(booking)))


def test_reading_a_step_leads_to_the_booking(request_: Booking, fanta: User) -> None:
    response = browser(fanta).get(url(request_, "cancel"))

    assert (response.status_code, response["Location"]) == (302, url(request_))


def test_cancelling_with_a_reason(request_: Booking, fanta: User) -> None:
    client = browser(fanta)

    response = client.post(
        url(request_, "cancel"), {"cancel-reason": "illness", "cancel-note": "Back in May"}, follow=True
    )

    request_.refresh_from_db()
    assert (request_.status, response.redirect_chain) == ("cancelled", [(url(request_), 302)])
    assert "The booking is cancelled. Nothing is charged." in words(response)
    assert "Cancelled · Fanta requested to cancelled illness Back in May" in words(response)


@pytest.mark.parametrize(
    "sent", [{}, {"cancel-reason": "boredom"}, {"cancel-reason": "illness", "cancel-note": "x" * 1001}]
)
def test_cancelling_without_a_reason_from_the_list_is_asked_again(
    sent: dict[str, str], request_: Booking, fanta: User
) -> None:
    response = browser(fanta).post(url(request_, "cancel"), sent)

    request_.refresh_from_db()
    assert (response.status_code, request_.status) == (422, "requested")
    assert "errorlist" in response.content.decode()


def test_step_that_came_too_late_says_why(request_: Booking, fanta: User, manager: User) -> None:
    client = browser(fanta)
    client.post(url(request_, "cancel"), {"cancel-reason": "illness"})

    response = client.post(url(request_, "cancel"), {"cancel-reason": "illness"})
    approval = browser(manager).post(url(request_, "approve"))

    assert (response.status_code, approval.status_code) == (409, 409)
    assert "It was not done The booking is not in a state that allows this." in words(response)


def test_approving_and_rejecting_from_the_page(centre: Centre, fanta: User, manager: User) -> None:
    first, second = (book(fanta, "GUARDED", operator=True, start=start, end=start + 1) for start in (9, 14))
    client = browser(manager)

    client.post(url(first, "approve"))
    refused = client.post(url(second, "reject"), {"reject-reason": " "})
    client.post(url(second, "reject"), {"reject-reason": "The bench is out for repair"})

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, refused.status_code, second.status) == ("confirmed", 422, "rejected")


def test_approving_the_loser_lists_what_is_free(centre: Centre, fanta: User, gira: User, manager: User) -> None:
    winner, loser = book(fanta, "GUARDED", operator=True), book(gira, "GUARDED", operator=True)
    approve_booking(booking=winner, by=manager, now=NOW)

    response = browser(manager).post(url(loser, "approve"))

    loser.refresh_from_db()
    assert (response.status_code, loser.status) == (409, "requested")
    assert "This time is already taken. Free at these times Mon 30/11/2026, 11:00–13:00" in words(response)


@pytest.mark.parametrize(("who", "status"), [("fanta", 403), ("finance", 403), ("pm", 403)])
def test_only_the_floor_decides(who: str, status: int, request_: Booking, request: pytest.FixtureRequest) -> None:
    client = browser(request.getfixturevalue(who))

    answers = (client.post(url(request_, "approve")), client.post(url(request_, "reject"), {"reject-reason": "No"}))

    request_.refresh_from_db()
    assert ([answer.status_code for answer in answers], request_.status) == ([status, status], "requested")


def test_checking_in_too_early_is_refused_in_words(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")

    response = browser(fanta).post(url(booking, "check-in"))

    assert response.status_code == 409
    assert "Check-in opens ten minutes before the start." in words(response)


def test_checking_in_and_out_as_offered(centre: Centre, fanta: User) -> None:
    booking = book(fanta, "MACHINE")
    browser(fanta, at(9)).post(url(booking, "check-in"))
    late = browser(fanta, at(11) + timedelta(minutes=20, seconds=40))
    form = late.get(url(booking)).context["check_out_form"]
    shown = {
        form.add_prefix(name): form[name].value().strftime("%Y-%m-%dT%H:%M") for name in ("started_at", "ended_at")
    }

    response = late.post(url(booking, "check-out"), shown, follow=True)

    booking.refresh_from_db()
    assert (booking.status, booking.usage.started_at, booking.usage.ended_at) == (
        "completed",
        at(9),
        at(11) + timedelta(minutes=20, seconds=40),
    )
    assert "What the use cost List value €250.00" in words(response)
    assert "Booked time and overrun: Mon 30/11/2026, 09:00–11:30, 2 h 20 min" in words(response)


def test_checking_out_with_other_times_hours_and_an_incident(centre: Centre, fanta: User, manager: User) -> None:
    booking = book(fanta, "GUARDED", operator=True)
    approve_booking(booking=booking, by=manager, now=NOW)
    check_in(booking=booking, by=fanta, now=at(9))
    sent = {
        "started_at": "2026-11-30T09:15",
        "ended_at": "2026-11-30T10:45",
        "operator_hours": "1.25",
        "note": "All well",
        "incident": "A belt broke",
    }

    browser(fanta, at(12)).post(
        url(booking, "check-out"), {f"{booking.reference}-{name}": value for name, value in sent.items()}
    )

    usage = Booking.objects.get(pk=booking.pk).usage
    assert (usage.started_at, usage.ended_at, usage.operator_hours) == (at(9.25), at(10.75), Decimal("1.25"))
    assert (usage.note, usage.incident) == ("All well", "A belt broke")


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"ended_at": "2026-11-30T13:00"}, "The end of use cannot lie in the future."),
        ({"ended_at": "2026-11-30T08:00"}, "The end comes after the start."),
        ({"ended_at": "yesterday"}, "Write a day and a time."),
        ({"ended_at": "2026-03-29T02:30"}, "The clocks skip this time: choose another."),
        ({"ended_at": "9999-12-31T23:59"}, "Write a day and a time."),
        ({"started_at": ""}, "This field is required."),
        ({"note": "x" * 2001}, "Ensure this value has at most 2000 characters (it has 2001)."),
    ],
)
def test_impossible_check_outs_are_asked_again(sent: dict[str, str], says: str, running: Booking, fanta: User) -> None:
    times = {"started_at": "2026-11-30T09:00", "ended_at": "2026-11-30T11:00"}
    fields = {f"{running.reference}-{name}": value for name, value in (times | sent).items()}

    response = browser(fanta, at(12)).post(url(running, "check-out"), fields)

    running.refresh_from_db()
    assert (response.status_code, running.status) == (422, "in_use")
    assert says in words(response)


def test_operator_hours_are_asked_only_where_an_operator_has_a_part(running: Booking, fanta: User) -> None:
    assert "Operator hours" not in words(browser(fanta, at(10)).get(url(running)))


def test_checking_out_twice_is_a_conflict(running: Booking, fanta: User) -> None:
    check_out(booking=running, by=fanta, now=at(11))

    assert browser(fanta, at(12)).post(url(running, "check-out"), {}).status_code == 409


def test_queries(running: Booking, fanta: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    check_out(booking=running, by=fanta, now=at(11))
    client = browser(fanta, at(12))

    with django_assert_num_queries(7):
        client.get(url(running))
