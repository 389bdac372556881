"""Choosing a time: by search, by chip, by drag, by keyboard alone, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Booking
from companies.models import User
from tests.browser.conftest import NARROW, Visit, axe_findings, cookies_of
from tests.world import Centre, make_centre

MOST_TABS = 80


@pytest.fixture
def centre(live_server: LiveServer, fanta: User, pm: User) -> Centre:
    assert fanta.company is not None
    return make_centre(fanta.company, pm)


def tab_to(page: Page, selector: str) -> None:
    """Walk with the tabulator until the focus stands on what the selector names."""
    for _step in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def chosen(page: Page) -> list[str]:
    return [page.input_value(f"[name={name}]") for name in ("day", "begin", "finish")]


def test_search_answers_by_itself_and_has_an_address(visit: Visit, centre: Centre) -> None:
    page = visit("/", language="en")

    page.fill("#id_q", "guarded")
    expect(page.locator("#results-title")).to_have_text("1 resource")
    page.select_option("#id_kind", "test_bench")
    expect(page).to_have_url(re.compile(r"/\?q=guarded&kind=test_bench$"))
    page.locator(".card-link").click()
    page.go_back()

    expect(page.locator("#results-title")).to_have_text("1 resource")
    assert page.input_value("#id_q") == "guarded"


def test_drag_snaps_to_the_step_and_asks_for_the_price(visit: Visit, centre: Centre, fanta: User) -> None:
    page = visit("/resources/MACHINE/", fanta, language="en")
    column = page.locator(".ec-day.ec-thu").last
    box = column.bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + 30, box["y"] + 84)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 157, steps=6)
    page.mouse.up()

    expect(page.locator(".offer .price__net")).to_be_visible()
    expect(page.locator(".ec-event.is-chosen")).to_be_visible()
    _day, begin, finish = chosen(page)
    assert begin < finish
    assert {begin[3:], finish[3:]} <= {"00", "15", "30", "45"}


def test_chip_fills_in_the_form_and_moves_the_focus(visit: Visit, centre: Centre, fanta: User) -> None:
    page = visit("/resources/MACHINE/", fanta, size=NARROW, language="en")

    page.locator("a[data-chip]").first.click()

    expect(page.locator(".offer button")).to_have_text("Book")
    assert chosen(page)[1:] == ["08:00", "10:00"]
    assert page.evaluate("document.activeElement.id") == "book"
    assert axe_findings(page) == []


def test_from_the_catalogue_to_a_booking_by_keyboard_alone(visit: Visit, centre: Centre, fanta: User) -> None:
    page = visit("/?q=machine", fanta, language="en")

    for selector, leads_to in ((".card-link", "**/resources/**"), ("a[data-chip]", "")):
        tab_to(page, selector)
        page.keyboard.press("Enter")
        if leads_to:
            page.wait_for_url(leads_to)
    expect(page.locator("#offer .price__net")).to_be_visible()
    for selector, leads_to in (("#offer button", "**/book/**"), (".total button", "**/bookings/**")):
        tab_to(page, selector)
        page.keyboard.press("Enter")
        page.wait_for_url(leads_to)

    expect(page.locator(".notices")).to_contain_text("Booked.")
    assert Booking.objects.get().company == fanta.company


def test_from_the_catalogue_to_a_booking_without_javascript(
    chromium: Browser, live_server: LiveServer, centre: Centre, fanta: User
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(cookies_of(live_server, fanta, "en"))
    page = context.new_page()

    page.goto("/?q=machine")
    for selector in (".card-link", "a[data-chip]", "#offer button", ".total button"):
        page.locator(selector).first.click()

    expect(page.locator(".notices")).to_contain_text("Booked.")
    context.close()


def test_light_or_dark_stays_as_chosen(visit: Visit, centre: Centre) -> None:
    page = visit("/", language="en")

    page.locator(".theme-switch summary").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 21, 24)"
