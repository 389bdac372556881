"""First light in Chromium: book, approve, use, charge, close, workbook; looked at by axe on every page on the way."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from common.excel import read_rows
from companies.models import User
from config.catalogue import load_catalogue
from config.demo.load import CATALOGUE, load_demo
from costing.lines import COLUMNS
from tests.browser.conftest import NARROW, WIDE, Visit, axe_findings

TODAY = date(2026, 11, 20)  # a Friday
BEFORE, ARRIVES, LEAVES = "2026-11-20T10:00", "2026-11-24T09:00", "2026-11-24T13:20"
AFTER = "2026-12-01T09:00"
LOOKS = [(WIDE, "it", False), (NARROW, "it", True), (WIDE, "en", True), (NARROW, "en", False)]
COUNT_CLICKS = """
  addEventListener('click', event => {
    if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
  }, true);
"""

Stage = Callable[..., Page]


@pytest.fixture
def stage(visit: Visit, live_server: object) -> Stage:
    """Open the centre of the catalogue as somebody, with the demo clock at a moment."""
    load_catalogue(json.loads(CATALOGUE.read_text("utf-8")), today=TODAY, accounts=True)

    def enter(email: str, path: str = "/", *, now: str = BEFORE, **look: object) -> Page:
        page = visit(path, User.objects.get(email=email), **look)
        page.add_init_script(COUNT_CLICKS)
        stand_at(page, now)
        return page

    return enter


def stand_at(page: Page, moment: str) -> None:
    """Move the demo clock in the footer."""
    page.locator("#clock-moment").fill(moment)
    press(page, page.locator("form[action='/clock/'] button").first)


def press(page: Page, button: Locator) -> None:
    """Press a button that leads to a page, and wait for it."""
    with page.expect_navigation():
        button.click()


def of_form(page: Page, action: str) -> Locator:
    """Return the button that sends the form to an address."""
    return page.locator(f"form[action$='{action}'] button[type=submit]").first


def looked_at(page: Page) -> None:
    """Hold a page to what axe knows, to one headline, and to its own width."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert axe_findings(page) == [], page.url
    width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= shown, f"{page.url} is {width} wide"


def ask_for_the_welding_cell(page: Page) -> str:
    """Find the machine in the catalogue and ask for it on the next open day that its notice allows."""
    page.locator("#id_q").fill("saldatura")
    expect(page.locator("#results h3")).to_have_count(1)
    looked_at(page)
    page.evaluate("sessionStorage.clicks = 0")
    press(page, page.locator("#results h3 a"))
    page.locator("#id_day").fill("2026-11-24")
    page.locator("#id_begin").fill("09:00")
    page.locator("#id_finish").fill("13:00")
    page.locator("#id_finish").press("Tab")
    expect(page.locator("#offer")).to_contain_text("350,00 €")
    looked_at(page)
    press(page, page.locator("#offer button[type=submit]"))
    page.locator("[name$=purpose]").fill("=SOMMA(1;1) saldatura di prova")
    expect(page.locator("main")).to_contain_text("PC-03")
    looked_at(page)
    press(page, page.locator("form[action='/book/'] .total button[type=submit]"))
    assert int(page.evaluate("sessionStorage.clicks")) <= 5
    looked_at(page)
    return page.url.rstrip("/").rpartition("/")[2]


def approve(page: Page, reference: str) -> None:
    request = page.locator(f"#request-{reference}")
    expect(request).to_contain_text("Officine Fantasia")
    looked_at(page)
    request.locator("form[action$='/approve/'] button").click()
    expect(request.locator("form[action$='/approve/']")).to_have_count(0)
    looked_at(page)


def use_it(page: Page, reference: str) -> None:
    """Check in when the booking begins and out twenty minutes after its end."""
    looked_at(page)
    press(page, of_form(page, f"/floor/{reference}/check-in/"))
    stand_at(page, LEAVES)
    page.locator("details.lane__action > summary").click()
    ended = page.locator(f"form[action$='/{reference}/check-out/'] [name$=ended_at]")
    expect(ended).to_have_value(re.compile("^2026-11-24T13:20"))
    looked_at(page)
    press(page, page.locator(f"form[action$='/{reference}/check-out/'] button[type=submit]").last)
    looked_at(page)


def totals(path: Path) -> tuple[str, ...]:
    """Add up the amounts of the workbook's lines."""
    rows = read_rows(path.read_bytes(), "Righe")
    place = {column.key: number for number, column in enumerate(COLUMNS)}
    lines = [row for row in rows[1:] if row[place["charge_id"]]]
    amounts = ("list_value", "contribution", "net", "vat", "payable")
    return tuple(f"{sum(Decimal(str(row[place[name]])) for row in lines):.2f}" for name in amounts)


def close_the_month(page: Page, tmp_path: Path) -> None:
    """See the charge with its trace, close the month once it is over, download the workbook."""
    looked_at(page)
    press(page, page.locator("a[href^='/finance/charges/']").first)
    expect(page.locator("main")).to_contain_text(re.compile("490,00|90,00|195,00"))
    looked_at(page)
    page.goto("/finance/2026-11/")
    expect(of_form(page, "/finance/2026-11/close/")).to_have_count(0)
    stand_at(page, AFTER)
    for amount in ("775,00 €", "387,50 €", "85,25 €", "472,75 €"):
        expect(page.locator("main")).to_contain_text(amount)
    page.locator("details:has(form[action$='/close/']) summary").click()
    looked_at(page)
    press(page, of_form(page, "/finance/2026-11/close/"))
    looked_at(page)
    with page.expect_download() as download:
        page.locator("a[href*='workbook.xlsx?lang=it']").click()
    assert download.value.suggested_filename == "collaudo_uso_2026-11_v1.xlsx"
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert totals(saved) == ("775.00", "387.50", "387.50", "85.25", "472.75")


def outsider_sees_a_taken_slot(page: Page, reference: str) -> None:
    page.goto("/resources/RB-SAL/?start=2026-11-24T09:00:00%2B01:00&end=2026-11-24T13:00:00%2B01:00")
    taken = page.locator(".is-occupied").first
    expect(taken).to_contain_text(re.compile("occupato|occupied"))
    assert "Fantasia" not in page.content()
    assert "PC-03" not in page.content()
    looked_at(page)
    for path in (f"/bookings/{reference}/", "/projects/PC-03/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404
        looked_at(page)


def test_first_light(stage: Stage, tmp_path: Path) -> None:
    fanta = stage("fanta@imprese.example")
    reference = ask_for_the_welding_cell(fanta)
    approve(stage("manager@centro.example", "/approvals/"), reference)
    use_it(stage("technician@centro.example", "/floor/", now=ARRIVES), reference)
    outsider_sees_a_taken_slot(stage("gira@imprese.example", now=ARRIVES), reference)
    close_the_month(stage("finance@centro.example", "/finance/2026-11/", now=LEAVES), tmp_path)
    fanta.goto(f"/bookings/{reference}/")
    expect(fanta.locator("main")).to_contain_text("13:20")
    looked_at(fanta)


PAGES = {
    "fanta": ("/", "/resources/RB-COB1/", "/book/?resource=RB-COB1", "/bookings/", "/projects/", "/projects/PC-03/"),
    "manager": ("/approvals/", "/floor/", "/bookings/", "/uses/", "/mailbox/"),
    "finance": ("/finance/", "/finance/2026-11/", "/finance/tariffs/"),
}


def test_every_page_in_every_look(stage: Stage) -> None:
    for name, paths in PAGES.items():
        email = f"{name}@imprese.example" if name == "fanta" else f"{name}@centro.example"
        for size, language, dark in LOOKS:
            page = stage(email, size=size, language=language, dark=dark)
            for path in paths:
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                assert page.evaluate("document.documentElement.lang") == language
                looked_at(page)
            page.context.close()


def test_booking_by_keyboard_alone(stage: Stage) -> None:
    page = stage("fanta@imprese.example", "/?q=RB-COB2", now=BEFORE)

    tab_to(page, page.locator("#results h3 a"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/resources/RB-COB2/")
    # 2 February reads the same in every order of day and month; the letter counts only on a clock of twelve hours.
    for field, keys in (("#id_day", "02022027"), ("#id_begin", "0900a"), ("#id_finish", "1100a")):
        tab_to(page, page.locator(field))
        page.keyboard.type(keys)
    expect(page.locator("#offer")).to_contain_text("140,00 €")
    tab_to(page, page.locator("#offer button[type=submit]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/?*")
    tab_to(page, page.locator(".total button[type=submit]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookings/BK-*/")

    expect(page.locator("main")).to_contain_text("09:00")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus, and see that the focus shows."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            styles = target.evaluate("one => [null, '::after'].map(part => getComputedStyle(one, part).outlineStyle)")
            assert styles != ["none", "none"], f"the focus on {target} cannot be seen"
            return
    raise AssertionError(f"{target} cannot be reached by Tab")


@pytest.mark.skipif(not os.environ.get("COLLAUDO_SCREENSHOT"), reason="only when the README's picture is wanted")
def test_picture_for_the_readme(visit: Visit) -> None:
    now = datetime.fromisoformat(f"{BEFORE}+01:00").astimezone(UTC)
    load_demo(today=TODAY, now=now, password="una-parola-qualsiasi", say=lambda _text: None)
    page = visit("/", User.objects.get(email="gira@imprese.example"), size=(1440, 960), language="en")
    stand_at(page, BEFORE)

    page.goto("/resources/RB-COB1/?start=2026-11-24T09:00:00%2B01:00&end=2026-11-24T12:00:00%2B01:00")
    expect(page.locator("#offer")).to_contain_text("€")
    expect(page.locator(".is-occupied").first).to_be_visible()

    path = Path(settings.BASE_DIR) / "docs" / "screenshot.png"
    page.screenshot(path=path, animations="disabled")
    assert path.stat().st_size > 0
