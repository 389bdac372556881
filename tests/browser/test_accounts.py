"""Signing in, the mailbox, the admin and the API's documentation, as a browser under the real policies sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from companies.models import User
from outbox.models import Message
from tests.browser.conftest import NARROW, WIDE, Visit, axe_findings
from tests.factories import PASSWORD, make_user

Picture = Callable[[Page, str], Path]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ACCOUNT_PAGES = ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/"]
OPEN_PAGES = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]


def test_signing_in_by_keyboard_and_out_again(visit: Visit, fanta: User) -> None:
    make_user("anna@imprese.example", name="Anna", company=fanta.company, password=PASSWORD)
    page = visit("/accounts/login/?next=/mailbox/")

    page.get_by_label("Email").focus()
    page.keyboard.type("anna@imprese.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Posta")).to_be_visible()

    page.locator("summary", has_text="Anna").click()
    page.get_by_role("button", name="Esci").click()
    expect(page.get_by_role("link", name="Accedi")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_account_pages_are_accessible_and_fit(
    visit: Visit, fanta: User, picture: Picture, size: tuple[int, int]
) -> None:
    for path in OPEN_PAGES + ACCOUNT_PAGES:
        page = visit(path, fanta if path in ACCOUNT_PAGES else None, size=size)

        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert axe_findings(page) == [], path
        picture(page, f"account{path.replace('/', '-')}{size[0]}")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_mailbox_and_message_are_accessible_and_fit(
    visit: Visit, fanta: User, picture: Picture, size: tuple[int, int]
) -> None:
    body = "Ciao Fanta,\n\nla prenotazione BK-000001 è confermata.\n\nhttps://collaudo.example/bookings/BK-000001/"
    Message.objects.create(
        event="rehearsal",
        source="x",
        recipient=fanta,
        address=fanta.email,
        language="it",
        subject="Prenotazione confermata",
        body=body,
        created_at=NOW,
        sent_at=NOW,
        attachments=[{"name": "invito.ics", "media_type": "text/calendar", "content": "BEGIN:VCALENDAR"}],
    )
    page = visit("/mailbox/", fanta, size=size)
    assert axe_findings(page) == []
    picture(page, f"mailbox-{size[0]}")

    page.get_by_role("link", name="Prenotazione confermata").click()
    expect(page.get_by_text("la prenotazione BK-000001 è confermata")).to_be_visible()
    page.locator("summary", has_text="invito.ics").click()
    expect(page.get_by_text("BEGIN:VCALENDAR")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe_findings(page) == []
    picture(page, f"message-{size[0]}")


def test_documentation_lists_the_calls_without_any_other_server(visit: Visit) -> None:
    page = visit("/api/v1/docs/")

    expect(page.get_by_text("/api/v1/companies/{company_id}/", exact=True)).to_be_visible()


def test_admin_opens_a_company_and_a_person(visit: Visit, admin: User, fanta: User, picture: Picture) -> None:
    page = visit(f"/admin/companies/company/{fanta.company_id}/change/", admin)
    expect(page.locator("#id_name")).to_have_value("Officine Fantasia S.r.l.")

    page.goto(f"/admin/companies/user/{fanta.pk}/change/")
    expect(page.locator("#id_email")).to_have_value("fanta@imprese.example")
    picture(page, "admin-user")
