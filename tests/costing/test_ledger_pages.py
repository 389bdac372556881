"""Finance's pages: the months, the charges with their traces, the close as a checklist, the statements."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from costing.models import AccountingPeriod, Charge, PeriodFile, Statement
from costing.services.periods import close_period
from tests.bookings.pages import browser, words
from tests.costing.charges import NOVEMBER_3, make_charge, make_commitment, make_month

pytestmark = pytest.mark.django_db
OCTOBER = "/finance/2026-10/"
STEPS = [
    {"rule": "billable", "inputs": {"time": "booked_or_overrun", "from": "2026-10-14T09:00:00+02:00",
     "to": "2026-10-14T13:20:00+02:00", "elapsed": "260", "step": "30"}, "minutes": "270", "rate": None,
     "rounding": "up_to_step", "result": "270"},
    {"rule": "hour_rate", "inputs": {"time": "booked_or_overrun", "from": "2026-10-14T09:00:00+02:00",
     "to": "2026-10-14T13:30:00+02:00"}, "minutes": "270", "rate": "120.00", "rounding": None, "result": "540.00"},
    {"rule": "round", "inputs": {}, "minutes": None, "rate": None, "rounding": "half_up_to_cent", "result": "540.00"},
]  # fmt: skip


@pytest.fixture
def october(fanta_company: Company, gira_company: Company) -> AccountingPeriod:
    period = make_month()
    make_charge(period, fanta_company, "33.33")
    make_charge(period, fanta_company, "33.33", project_code="PC-03", project_title="Cella", kind="setup")
    make_charge(period, gira_company, "10.00")
    return period


@pytest.fixture
def closed(october: AccountingPeriod, finance: User) -> AccountingPeriod:
    return close_period(period=october, by=finance, now=NOVEMBER_3)


def page(user: User, path: str, now: datetime = NOVEMBER_3) -> Any:
    return browser(user, now).get(path)


def test_months_newest_first(finance: User, closed: AccountingPeriod) -> None:
    text = words(page(finance, "/finance/"))

    assert text.index("November 2026") < text.index("October 2026")
    assert "October 2026 closed 3 €383.30 €76.66 03/11/2026 10:30" in text


@pytest.mark.parametrize("n", [1, 3])
def test_months_ask_a_fixed_number_of_questions(finance: User, n: int) -> None:
    for number in range(n):
        make_month(NOVEMBER_3.date().replace(day=1, month=11 - number))
    client = browser(finance, NOVEMBER_3)
    client.get("/finance/")

    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/finance/").context["rows"]) == n
    assert len(queries) == 8


def test_month_shows_sums_and_provisional_vat(finance: User, october: AccountingPeriod) -> None:
    text = words(page(finance, OCTOBER))

    assert (
        "List value €383.30 Public contribution −€306.64 The firms pay €76.66 VAT, provisional €16.87"
        " Total with VAT €93.53" in text
    )
    assert "Total of 3 lines 13.5 h €383.30 €306.64 €76.66 €16.87 €93.53" in text


def test_charges_can_be_narrowed(finance: User, october: AccountingPeriod, fanta_company: Company) -> None:
    response = page(finance, f"{OCTOBER}?company={fanta_company.pk}&kind=setup")

    assert [row.charge.project_code for row in response.context["rows"]] == ["PC-03"]
    assert "Total of 1 line 4.5 h €166.65 €133.32 €33.33 €7.33 €40.66" in words(response)


@pytest.mark.parametrize("query", ["company=x", "company=999", "kind=none", "page=last"])
def test_what_is_not_offered_narrows_nothing(finance: User, october: AccountingPeriod, query: str) -> None:
    assert len(page(finance, f"{OCTOBER}?{query}").context["rows"]) == 3


@pytest.mark.parametrize("n", [1, 3])
def test_month_asks_a_fixed_number_of_questions(finance: User, fanta_company: Company, n: int) -> None:
    period = make_month()
    for _each in range(n):
        make_charge(period, fanta_company)
    client = browser(finance, NOVEMBER_3)
    client.get(OCTOBER)

    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(OCTOBER).context["rows"]) == n
    assert len(queries) == 21


def test_checklist_names_what_is_in_the_way(finance: User, october: AccountingPeriod, fanta_company: Company) -> None:
    make_commitment(fanta_company, ends_at=NOVEMBER_3.replace(month=10, day=20), source="booking:BK-0007")

    response = page(finance, OCTOBER)

    assert [step.is_done for step in response.context["steps"]] == [True, True, False]
    assert "BK-0007 (Officine Fantasia S.r.l.) ended on 20/10/2026" in words(response)
    assert 'href="/bookings/BK-0007/"' in response.content.decode()
    assert "Close for good" not in words(response)


def test_long_list_of_blockers_is_cut(finance: User, october: AccountingPeriod, fanta_company: Company) -> None:
    for number in range(14):
        ends_at = NOVEMBER_3.replace(month=10, day=1 + number)
        make_commitment(fanta_company, ends_at=ends_at, source=f"booking:BK-{number:04d}")

    text = words(page(finance, OCTOBER))

    assert ("BK-0011" in text, "BK-0012" in text, "and 2 more" in text) == (True, False, True)


def test_unfinished_month_says_so(finance: User, october: AccountingPeriod) -> None:
    response = page(finance, OCTOBER, now=NOVEMBER_3.replace(month=10, day=30))

    assert [step.is_done for step in response.context["steps"]] == [False, True, True]


def test_closing_by_button(finance: User, october: AccountingPeriod) -> None:
    client = browser(finance, NOVEMBER_3)

    response = client.post(f"{OCTOBER}close/", follow=True)

    text = words(response)
    assert response.redirect_chain == [(OCTOBER, 302)]
    assert "The month is closed: its documents are numbered and its lines sealed." in text
    assert "2026/00001 Giravolta Trasmissioni S.p.A. 03/11/2026 €50.00 €40.00 €10.00 €2.20 €12.20" in text
    assert "2026/00002 Officine Fantasia S.r.l. 03/11/2026 €333.30 €266.64 €66.66 €14.67 €81.33" in text
    assert "Excel in Italian: being made" in text


def test_refused_close_explains_itself(finance: User, october: AccountingPeriod, fanta_company: Company) -> None:
    make_commitment(fanta_company, ends_at=NOVEMBER_3.replace(month=10))

    response = browser(finance, NOVEMBER_3).post(f"{OCTOBER}close/")

    october.refresh_from_db()
    assert (response.status_code, october.state) == (409, "open")
    assert "This month cannot close yet" in words(response)


def test_review_by_button(finance: User, october: AccountingPeriod) -> None:
    text = words(browser(finance, NOVEMBER_3).post(f"{OCTOBER}review/", follow=True))

    assert "The month is under review." in text
    assert "Put under review" not in text


def test_files_appear_when_they_are_ready(
    finance: User, closed: AccountingPeriod, django_capture_on_commit_callbacks: Any
) -> None:
    client = browser(finance, NOVEMBER_3)
    waiting = client.get(f"{OCTOBER}files/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        redirected = client.get(f"{OCTOBER}workbook.xlsx?lang=it")
    ready = client.get(f"{OCTOBER}files/").content.decode()

    assert ("hx-get" in waiting, "hx-get" in ready) == (True, False)
    assert (redirected.status_code, redirected["Location"]) == (302, OCTOBER)
    assert client.get(f"{OCTOBER}workbook.xlsx?lang=it").content == bytes(
        PeriodFile.objects.get(kind="workbook", language="it").content
    )


def test_lines_download(finance: User, closed: AccountingPeriod) -> None:
    answer: Any = page(finance, f"{OCTOBER}lines.csv?canonical=1")

    kept = PeriodFile.objects.get(kind="canonical")
    assert b"".join(answer.streaming_content) == bytes(kept.content)
    assert answer["Content-Disposition"] == 'attachment; filename="collaudo_righe_2026-10_v1.csv"'


def test_charge_tells_how_its_amount_came_about(finance: User, fanta_company: Company) -> None:
    charge = make_charge(make_month(), fanta_company, trace=STEPS)

    text = words(page(finance, f"/finance/charges/{charge.pk}/"))

    assert "How the amount came about" in text
    assert re.search(r"4 h 30 min .* €120.00 .* €540.00", text)
    assert "The firm pays €108.00 VAT, provisional (22%) €23.76 Total with VAT €131.76" in text


def test_company_reads_its_own_charge_and_statement(fanta: User, gira: User, closed: AccountingPeriod) -> None:
    charge = Charge.objects.filter(company=fanta.company).order_by("pk")[0]
    statement = Statement.objects.get(company=fanta.company)
    paths = (f"/finance/charges/{charge.pk}/", f"/finance/statements/{statement.pk}/")

    assert [page(fanta, path).status_code for path in paths] == [200, 200]
    assert [page(gira, path).status_code for path in paths] == [404, 404]
    assert statement.number not in words(page(gira, "/finance/statements/"))
    assert f"{statement.number} Officine Fantasia S.r.l." in words(page(fanta, "/finance/statements/"))


def test_statement_adds_up(fanta: User, closed: AccountingPeriod) -> None:
    statement = Statement.objects.get(company=fanta.company)

    response = page(fanta, f"/finance/statements/{statement.pk}/")

    assert sum(row.payable for row in response.context["rows"]) == Decimal("81.33")
    assert "Total of 2 lines €333.30 €266.64 €66.66 €14.67 €81.33" in words(response)


@pytest.mark.parametrize("who", ["fanta", "gira", "technician", "manager", "pm"])
def test_months_are_finances_alone(who: str, closed: AccountingPeriod, request: pytest.FixtureRequest) -> None:
    client = browser(request.getfixturevalue(who), NOVEMBER_3)

    pages = ("/finance/", OCTOBER, f"{OCTOBER}files/", f"{OCTOBER}workbook.xlsx", f"{OCTOBER}lines.csv")
    assert [client.get(path).status_code for path in pages] == [403] * 5
    assert [client.post(f"{OCTOBER}{step}/").status_code for step in ("review", "close")] == [403, 403]


@pytest.mark.parametrize("who", ["technician", "manager"])
def test_other_staff_do_not_read_charges(who: str, closed: AccountingPeriod, request: pytest.FixtureRequest) -> None:
    client = browser(request.getfixturevalue(who), NOVEMBER_3)
    charge, statement = Charge.objects.order_by("pk")[0], Statement.objects.order_by("pk")[0]

    paths = (f"/finance/charges/{charge.pk}/", "/finance/statements/", f"/finance/statements/{statement.pk}/")
    assert [client.get(path).status_code for path in paths] == [403] * 3


def test_director_reads_but_cannot_close(director: User, october: AccountingPeriod) -> None:
    client = browser(director, NOVEMBER_3)

    assert "Close for good" not in words(client.get(OCTOBER))
    assert client.post(f"{OCTOBER}close/").status_code == 403


@pytest.mark.parametrize("path", ["/finance/2026-13/", "/finance/2020-01/", "/finance/charges/999999/"])
def test_what_is_not_there(finance: User, october: AccountingPeriod, path: str) -> None:
    assert page(finance, path).status_code == 404


def test_anonymous_signs_in_first(client: Any, october: AccountingPeriod) -> None:
    assert client.get(OCTOBER)["Location"].startswith("/accounts/login/")


def test_firms_find_their_statements_from_every_page(fanta: User, finance: User, closed: AccountingPeriod) -> None:
    link = 'href="/finance/statements/"'

    assert (
        link in page(fanta, "/bookings/").content.decode(),
        link in page(finance, "/bookings/").content.decode(),
    ) == (
        True,
        False,
    )
