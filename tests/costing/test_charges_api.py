"""Charges and statements over HTTP: finance reads all, a firm its own, nobody changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from costing.models import AccountingPeriod, Charge, Statement
from costing.services.periods import close_period
from tests.conftest import ApiOf
from tests.costing.charges import NOVEMBER_3, make_charge, make_month

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]


# --- charges


def test_charge_is_told_in_full(api_of: ApiOf, finance: User, closed: AccountingPeriod, fanta_company: Company) -> None:
    charge = Charge.objects.order_by("pk")[1]

    answer = api_of(finance).get(f"/api/v1/charges/{charge.pk}/").json()

    assert answer == {
        "id": charge.pk, "period": "2026-10", "kind": "use", "reverses": None, "booking": None,
        "company": fanta_company.pk, "company_name": fanta_company.name, "project": "PC-03", "milestone": None,
        "resource": "RB-COB1", "booked_start": "2026-10-14T09:00:00+02:00", "booked_end": "2026-10-14T13:00:00+02:00",
        "started_at": "2026-10-14T09:00:00+02:00", "ended_at": "2026-10-14T13:20:00+02:00", "billed_hours": "4.50",
        "quantity": "4.50", "unit": "hour", "unit_price": "120.00", "tariff": None, "list_value": "166.65",
        "contribution": "133.32", "net": "33.33", "vat_code": "22", "vat_rate": "22.00", "vat": "7.33",
        "payable": "40.66", "regime": None, "cor": None, "intensity": "80.00", "cap_reason": None, "size_class": None,
        "document": "2026/00002", "note": "", "trace": [],
    }  # fmt: skip


def test_company_sees_its_own_charges_alone(
    api_of: ApiOf, fanta: User, gira: User, october: AccountingPeriod, problem: Problem
) -> None:
    own = api_of(fanta).get("/api/v1/charges/").json()
    foreign = Charge.objects.get(company=gira.company)

    assert [row["vat"] for row in own["results"]] == ["7.33", "7.34"]
    assert {row["company"] for row in own["results"]} == {fanta.company_id}
    assert problem(api_of(fanta).get(f"/api/v1/charges/{foreign.pk}/"))["code"] == "not_found"
    assert api_of(gira).get(f"/api/v1/charges/{foreign.pk}/").status_code == 200


@pytest.mark.parametrize("role", ["technician", "manager"])
def test_other_staff_do_not_read_the_ledger(
    api_of: ApiOf, request: pytest.FixtureRequest, october: AccountingPeriod, role: str
) -> None:
    api = api_of(request.getfixturevalue(role))
    charge = Charge.objects.order_by("pk")[0]

    paths = ("/api/v1/charges/", f"/api/v1/charges/{charge.pk}/", "/api/v1/statements/")
    assert [api.get(path).status_code for path in paths] == [403, 403, 403]
    assert api.get("/api/v1/charges/999999/").status_code == 404


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_charge_cannot_be_changed(
    api_of: ApiOf, finance: User, october: AccountingPeriod, problem: Problem, method: str
) -> None:
    charge = Charge.objects.order_by("pk")[0]

    assert problem(getattr(api_of(finance), method)(f"/api/v1/charges/{charge.pk}/"))["status"] == 405


def test_charges_are_filtered(api_of: ApiOf, finance: User, october: AccountingPeriod, fanta_company: Company) -> None:
    api = api_of(finance)

    counts = {
        query: api.get(f"/api/v1/charges/?{query}").json()["count"]
        for query in (
            "period=2026-10", "period=2026-09", f"company={fanta_company.pk}", "project=PC-03", "resource=RB-COB1",
            "resource=NONE", "kind=use", "kind=setup", "company=0",
        )
    }  # fmt: skip
    assert list(counts.values()) == [4, 0, 2, 1, 4, 0, 4, 0, 0]


@pytest.mark.parametrize("query", ["period=2026", "period=2026-13", "company=x", "kind=none", "page=x"])
def test_bad_filter_of_charges_is_malformed(api_of: ApiOf, finance: User, problem: Problem, query: str) -> None:
    assert problem(api_of(finance).get(f"/api/v1/charges/?{query}"))["status"] == 400


@pytest.mark.parametrize("n", [1, 3])
def test_list_of_charges_asks_a_fixed_number_of_questions(
    api_of: ApiOf, finance: User, fanta_company: Company, n: int
) -> None:
    period = make_month()
    for _each in range(n):
        make_charge(period, fanta_company)
    api = api_of(finance)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api.get("/api/v1/charges/").json()["count"] == n
    assert len(queries) == 3


# --- statements


def test_company_sees_its_own_statements_alone(
    api_of: ApiOf, fanta: User, gira: User, closed: AccountingPeriod, problem: Problem
) -> None:
    answer = api_of(fanta).get("/api/v1/statements/").json()
    own = Statement.objects.get(company=fanta.company)
    foreign = Statement.objects.get(company=gira.company)

    assert [(row["number"], row["net"], row["vat"], row["payable"]) for row in answer["results"]] == [
        (own.number, "66.66", "14.67", "81.33")
    ]
    assert problem(api_of(fanta).get(f"/api/v1/statements/{foreign.pk}/"))["code"] == "not_found"


def test_statement_lists_its_lines(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, fanta_company: Company
) -> None:
    statement = Statement.objects.get(company=fanta_company)

    answer = api_of(finance).get(f"/api/v1/statements/{statement.pk}/").json()

    assert (answer["number"], answer["period"], answer["issued_on"]) == (statement.number, "2026-10", "2026-11-03")
    assert [(line["line_no"], line["vat"], line["payable"]) for line in answer["lines"]] == [
        (1, "7.34", "40.67"), (2, "7.33", "40.66"),
    ]  # fmt: skip


@pytest.mark.parametrize("n", [1, 3])
def test_statement_asks_a_fixed_number_of_questions(
    api_of: ApiOf, finance: User, fanta_company: Company, n: int
) -> None:
    period = make_month(date(2026, 9, 1))
    for _each in range(n):
        make_charge(period, fanta_company)
    close_period(period=period, by=finance, now=NOVEMBER_3)
    statement = Statement.objects.get()
    api = api_of(finance)

    with CaptureQueriesContext(connection) as queries:
        assert len(api.get(f"/api/v1/statements/{statement.pk}/").json()["lines"]) == n
    assert len(queries) == 2
