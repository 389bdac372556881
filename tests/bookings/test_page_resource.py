"""A resource's page and its live price."""

from __future__ import annotations

import pytest
from django.test import Client

from companies.models import User
from facility.models import BookingPolicy, Resource
from tests.bookings.pages import browser, words
from tests.world import NOW, Centre, book

pytestmark = pytest.mark.django_db
WISH = "day=2026-11-30&begin=09:00&finish=11:00&people=1"


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def test_visitors_read_rules_and_list_price_and_are_asked_to_sign_in(centre: Centre) -> None:
    text = words(visitor().get("/resources/GUARDED/"))

    assert "The centre approves each booking; you hear from us by e-mail." in text
    assert "For who holds the qualification «Use of cobots», or with an operator of the centre." in text
    assert "Mon–Fri 08:00–19:00" in text
    assert "Hour €100.00" in text
    assert "Sign in with your firm's account" in text


def test_unknown_internal_and_unpublished_are_all_404(centre: Centre, fanta: User) -> None:
    Resource.objects.filter(code="ROOM").update(internal=True)
    Resource.objects.filter(code="LINE").update(published=False)

    codes = [browser(fanta).get(f"/resources/{code}/").status_code for code in ("NONE", "ROOM", "LINE", "MACHINE")]

    assert codes == [404, 404, 404, 200]


def test_a_firm_sees_its_own_share(centre: Centre, fanta: User, gira: User) -> None:
    assert "With project PC-03, public aid pays 100%." in words(browser(fanta).get("/resources/MACHINE/"))
    assert "PC-03" not in words(browser(gira).get("/resources/MACHINE/"))


def test_next_free_times_keep_off_what_is_taken(centre: Centre, fanta: User) -> None:
    book(fanta, "MACHINE", start=8, end=18)

    chips = browser(fanta).get("/resources/MACHINE/").context["chips"]

    assert [f"{chip.starts_at:%Y-%m-%d %H:%M}" for chip in chips] == [
        "2026-11-23 07:00",
        "2026-11-24 07:00",
        "2026-11-25 07:00",
        "2026-11-26 07:00",
    ]


def test_a_link_with_a_time_shows_its_price(centre: Centre, fanta: User) -> None:
    link = "/resources/MACHINE/?start=2026-11-30T09:00:00%2B01:00&end=2026-11-30T11:00:00%2B01:00"

    text = words(browser(fanta).get(link))

    assert "Mon 30/11/2026, 09:00–11:00" in text
    assert "List value €200.00 Public contribution (100%) −€200.00 What you pay €0.00" in text


@pytest.mark.parametrize("broken", ["start=2026-11-30T09:00&end=2026-11-30T11:00", "start=x&end=y", "start=2026-11-30"])
def test_a_broken_link_is_a_page_without_a_price(centre: Centre, fanta: User, broken: str) -> None:
    response = browser(fanta).get(f"/resources/MACHINE/?{broken}")

    assert response.status_code == 200
    assert "price and terms appear here" in words(response)


def test_live_price_says_terms_and_needs_no_project(centre: Centre, fanta: User) -> None:
    text = words(browser(fanta).get(f"/resources/MACHINE/price/?{WISH}&work="))

    assert "What you pay €200.00" in text
    assert "Cancelling is free before 29/11/2026 09:00; after that it costs €100.00, not coming €200.00." in text


def test_live_price_proposes_the_only_project(centre: Centre, fanta: User) -> None:
    assert "What you pay €0.00" in words(browser(fanta).get(f"/resources/MACHINE/price/?{WISH}"))


def test_live_price_names_every_refusal_and_offers_what_is_free(centre: Centre, fanta: User, gira: User) -> None:
    book(gira, "MACHINE")
    taken = browser(fanta).get(f"/resources/MACHINE/price/?{WISH}")
    crowded = browser(fanta).get("/resources/MACHINE/price/?day=2026-11-29&begin=09:10&finish=11:00&people=40")

    assert "This time is already taken." in words(taken)
    assert "Free instead:" in words(taken)
    assert "disabled" in taken.content.decode()
    assert "Giravolta" not in words(taken)
    assert [one in words(crowded) for one in ("is closed then", "steps of 15 minutes", "at most 6 people")] == [
        True
    ] * 3
    assert "Free instead:" not in words(crowded)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("day=2026-11-30&begin=11:00&finish=09:00&people=1", "The end comes after the start."),
        ("day=2027-03-28&begin=02:30&finish=04:00&people=1", "clocks skip this time"),
        ("day=9999-12-31&begin=09:00&finish=10:00&people=1", "Write a day and a time."),
        ("day=9999-12-31&begin=09:00&finish=00:00&people=1", "Write a day and a time."),
        (f"{WISH}&work=PC-99", "Select a valid choice"),
        ("day=2026-11-30&begin=09:00&finish=10:00&people=x", "Enter a whole number."),
    ],
)
def test_what_cannot_be_read_is_explained(centre: Centre, fanta: User, wish: str, said: str) -> None:
    response = browser(fanta).get(f"/resources/MACHINE/price/?{wish}")

    assert response.status_code == 200
    assert said in words(response)


def test_another_firms_project_is_no_choice(centre: Centre, gira: User) -> None:
    assert "Select a valid choice" in words(browser(gira).get(f"/resources/MACHINE/price/?{WISH}&work=PC-03"))


def test_price_is_for_those_who_may_book(centre: Centre, finance: User) -> None:
    page = browser(finance).get("/resources/MACHINE/")

    assert "Your role does not book" in words(page)
    assert browser(finance).get(f"/resources/MACHINE/price/?{WISH}").status_code == 403
    assert visitor().get(f"/resources/MACHINE/price/?{WISH}").status_code == 403


def test_midnight_as_an_end_belongs_to_the_next_day(centre: Centre, fanta: User) -> None:
    BookingPolicy.objects.update(max_minutes=3 * 24 * 60)

    text = words(browser(fanta).get("/resources/MACHINE/price/?day=2026-11-30&begin=22:00&finish=00:00&people=1"))

    assert "Mon 30/11/2026, 22:00 to Tue 01/12/2026, 00:00" in text


def test_staff_book_for_a_firm_or_for_the_centre(centre: Centre, manager: User, fanta: User, gira: User) -> None:
    url = f"/resources/MACHINE/price/?{WISH}&work=PC-03"

    assert "The firm pays €0.00" in words(browser(manager).get(f"{url}&company={fanta.company_id}"))
    assert "not one of that firm" in words(browser(manager).get(f"{url}&company={gira.company_id}"))
    assert "List value €80.00" in words(browser(manager).get(f"/resources/MACHINE/price/?{WISH}"))


@pytest.mark.parametrize(
    ("buffers", "said"),
    [
        ({"setup_minutes": 30}, "We keep 30 min before and 15 min after you"),
        ({"setup_minutes": 30, "cleanup_minutes": 0}, "We keep 30 min before you for set-up."),
        ({}, "We keep 15 min after you for clean-up."),
    ],
)
def test_buffers_are_said_without_needless_zeros(centre: Centre, buffers: dict[str, int], said: str) -> None:
    BookingPolicy.objects.filter(resources=centre.machine).update(**buffers)

    assert said in words(visitor().get("/resources/MACHINE/")).replace("\N{NO-BREAK SPACE}", " ")


def test_the_first_start_to_choose_is_after_the_notice_on_the_step(centre: Centre, fanta: User) -> None:
    late = browser(fanta, NOW.replace(minute=7, second=30)).get("/resources/MACHINE/").context["earliest"]

    assert f"{late:%Y-%m-%d %H:%M:%S}" == "2026-11-21 10:15:00"
