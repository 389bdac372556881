"""Periods, charges and statements over HTTP: who may, what comes back, which files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from common.excel import read_rows
from companies.models import Company, User
from costing.models import AccountingPeriod, PeriodFile, Statement
from costing.queries.ledger import ledger_sums
from tests.catalogue import make_project
from tests.conftest import ApiOf
from tests.costing.charges import NOVEMBER_3, make_commitment

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
NOW = "2026-11-03T10:30:00+01:00"


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


# --- periods


def test_periods_are_listed_newest_first(api_of: ApiOf, finance: User, closed: AccountingPeriod) -> None:
    answer = api_of(finance, NOW).get("/api/v1/periods/").json()

    assert answer["count"] == 2
    assert answer["results"] == [
        {
            "period": "2026-11", "state": "open", "version": 0,
            "closed_at": None, "sha256": None, "previous_sha256": None,
        },
        {
            "period": "2026-10", "state": "closed", "version": 1,
            "closed_at": "2026-11-03T10:30:00+01:00", "sha256": closed.sha256, "previous_sha256": "0" * 64,
        },
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["fanta", "technician", "manager", "pm"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/periods/"),
        ("get", "/api/v1/periods/2026-10/"),
        ("get", "/api/v1/periods/2026-10/workbook.xlsx"),
        ("get", "/api/v1/periods/2026-10/lines.csv"),
        ("post", "/api/v1/periods/2026-10/review/"),
        ("post", "/api/v1/periods/2026-10/close/"),
    ],
)
def test_periods_are_finances_alone(
    api_of: ApiOf,
    request: pytest.FixtureRequest,
    closed: AccountingPeriod,
    problem: Problem,
    role: str,
    method: str,
    path: str,
) -> None:
    user = request.getfixturevalue(role)

    assert problem(getattr(api_of(user, NOW), method)(path))["code"] == "forbidden"


def test_director_reads_but_does_not_close(api_of: ApiOf, director: User, october: AccountingPeriod) -> None:
    api = api_of(director, NOW)

    assert api.get("/api/v1/periods/2026-10/").json()["payable"] == "133.53"
    assert api.post("/api/v1/periods/2026-10/close/").status_code == 403


def test_anonymous_is_asked_to_sign_in(anonymous_api: Any, closed: AccountingPeriod) -> None:
    assert anonymous_api.get("/api/v1/periods/2026-10/").status_code == 401


def test_period_says_its_sums(api_of: ApiOf, finance: User, october: AccountingPeriod) -> None:
    answer = api_of(finance, NOW).get("/api/v1/periods/2026-10/").json()

    assert {key: answer[key] for key in ("lines", "list_value", "contribution", "net", "vat", "payable")} == {
        "lines": 4, "list_value": "583.30", "contribution": "466.64", "net": "116.66", "vat": "16.87",
        "payable": "133.53",
    }  # fmt: skip


def test_close_answers_with_the_hash(api_of: ApiOf, finance: User, october: AccountingPeriod) -> None:
    answer = api_of(finance, NOW).post("/api/v1/periods/2026-10/close/")

    october.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json() == {
        "period": "2026-10", "state": "closed", "version": 1, "closed_at": NOW,
        "sha256": october.sha256, "previous_sha256": "0" * 64,
    }  # fmt: skip


def test_close_lists_its_blockers(
    api_of: ApiOf, finance: User, october: AccountingPeriod, fanta_company: Company, problem: Problem
) -> None:
    make_commitment(fanta_company, ends_at=NOVEMBER_3.replace(month=10))

    refused = problem(api_of(finance, NOW).post("/api/v1/periods/2026-10/close/"))

    assert (refused["status"], refused["code"]) == (409, "period_not_settled")
    assert [(one["code"], one["url"]) for one in refused["blockers"]] == [("unsettled", "/bookings/BK-0001/")]
    assert "BK-0001" in refused["blockers"][0]["detail"]


@pytest.mark.parametrize(
    ("code", "status", "refusal"),
    [
        ("2026-11", 409, "period_running"),
        ("2027-05", 409, "period_running"),
        ("2026-09", 404, "not_found"),
        ("2026-13", 404, "not_found"),
        ("0000-01", 404, "not_found"),
        ("²026-10", 404, "not_found"),
        ("ottobre", 404, "not_found"),
    ],
)
def test_month_that_cannot_close(
    api_of: ApiOf, finance: User, october: AccountingPeriod, problem: Problem, code: str, status: int, refusal: str
) -> None:
    refused = problem(api_of(finance, NOW).post(f"/api/v1/periods/{code}/close/"))

    assert (refused["status"], refused["code"]) == (status, refusal)


def test_closed_month_is_neither_reviewed_nor_closed_again(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, problem: Problem
) -> None:
    for verb in ("review", "close"):
        refused = problem(api_of(finance, NOW).post(f"/api/v1/periods/2026-10/{verb}/"))
        assert (refused["status"], refused["code"]) == (409, "period_closed")


def test_review_is_idempotent(api_of: ApiOf, finance: User, october: AccountingPeriod) -> None:
    api = api_of(finance, NOW)

    assert [api.post("/api/v1/periods/2026-10/review/").json()["state"] for _again in range(2)] == ["review"] * 2


# --- files


def test_workbook_is_rendered_after_the_close_and_kept(
    api_of: ApiOf, finance: User, october: AccountingPeriod, django_capture_on_commit_callbacks: Any
) -> None:
    api = api_of(finance, NOW)
    with django_capture_on_commit_callbacks(execute=True):
        api.post("/api/v1/periods/2026-10/close/")

    first = api.get("/api/v1/periods/2026-10/workbook.xlsx?lang=it")
    second = api.get("/api/v1/periods/2026-10/workbook.xlsx?lang=it")

    kept = PeriodFile.objects.get(kind="workbook", language="it")
    assert (first.status_code, first.content) == (200, second.content)
    assert hashlib.sha256(first.content).hexdigest() == kept.sha256
    assert first["Content-Disposition"] == 'attachment; filename="collaudo_uso_2026-10_v1.xlsx"'
    assert PeriodFile.objects.filter(kind="workbook").count() == 2


def test_workbook_not_ready_yet_is_a_job(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, django_capture_on_commit_callbacks: Any
) -> None:
    api = api_of(finance, NOW)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = api.get("/api/v1/periods/2026-10/workbook.xlsx?lang=en")
    job = api.get(f"/api/v1/jobs/{waiting.json()['job']}/").json()

    assert (waiting.status_code, job["state"], job["progress"]) == (202, "done", 100)
    assert read_rows(api.get(job["url"]).content, "Righe")[0][0] == "Line no."


def test_workbook_totals_equal_the_page_and_the_statements(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, django_capture_on_commit_callbacks: Any
) -> None:
    api = api_of(finance, NOW)
    with django_capture_on_commit_callbacks(execute=True):
        api.get("/api/v1/periods/2026-10/workbook.xlsx?lang=en")
    data = api.get("/api/v1/periods/2026-10/workbook.xlsx?lang=en").content

    facts = {row[0]: row[1] for row in read_rows(data, "Riepilogo")}
    sums = ledger_sums(closed)
    documents = Statement.objects.all()
    assert [facts[key] for key in ("List value (L)", "Contribution (C)", "Net (N)", "VAT (V)", "Payable (P)")] == [
        583.3, 466.64, 116.66, 16.87, 133.53,
    ]  # fmt: skip
    assert (sums.list_value, sums.vat, sums.payable) == (Decimal("583.30"), Decimal("16.87"), Decimal("133.53"))
    assert sum(one.vat for one in documents) == Decimal("16.87")
    assert sum(one.payable for one in documents) + Decimal("40.00") == Decimal("133.53")
    assert {row[4] for row in read_rows(data, "Controlli")[1:]} == {"OK"}


def test_open_workbook_is_made_on_the_spot(api_of: ApiOf, finance: User, october: AccountingPeriod) -> None:
    answer = api_of(finance, NOW).get("/api/v1/periods/2026-10/workbook.xlsx?lang=en")

    assert answer["Content-Disposition"] == 'attachment; filename="collaudo_uso_2026-10_provvisorio.xlsx"'
    assert read_rows(answer.content, "Riepilogo")[1][0] == "provisional · open"
    assert PeriodFile.objects.count() == 0


def test_variant_holds_one_companys_lines(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, fanta_company: Company
) -> None:
    answer = api_of(finance, NOW).get(f"/api/v1/periods/2026-10/workbook.xlsx?lang=en&company={fanta_company.pk}")

    rows = read_rows(answer.content, "Righe")[1:-1]
    assert [(row[0], row[8], row[43], row[46]) for row in rows] == [
        (1, fanta_company.name, 33.33, 7.34), (2, fanta_company.name, 33.33, 7.33),
    ]  # fmt: skip
    assert {row[4] for row in read_rows(answer.content, "Controlli")[1:]} == {"OK"}


def test_variant_of_a_project_keeps_the_vat_of_the_whole_document(
    api_of: ApiOf, finance: User, pm: User, october: AccountingPeriod, fanta_company: Company
) -> None:
    make_project("PC-03", company=fanta_company, pm=pm)

    answer = api_of(finance, NOW).get("/api/v1/periods/2026-10/workbook.xlsx?lang=en&project=PC-03")

    assert [(row[13], row[46]) for row in read_rows(answer.content, "Righe")[1:-1]] == [("PC-03", 7.33)]


@pytest.mark.parametrize("query", ["company=999999", "project=NONE"])
def test_unknown_filter_is_not_found(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, problem: Problem, query: str
) -> None:
    assert problem(api_of(finance, NOW).get(f"/api/v1/periods/2026-10/workbook.xlsx?{query}"))["code"] == "not_found"


@pytest.mark.parametrize("query", ["lang=de", "company=x", "company=-1", "canonical=maybe"])
def test_bad_query_of_a_file_is_malformed(
    api_of: ApiOf, finance: User, closed: AccountingPeriod, problem: Problem, query: str
) -> None:
    assert problem(api_of(finance, NOW).get(f"/api/v1/periods/2026-10/lines.csv?{query}"))["status"] == 400


def test_canonical_lines_give_the_hash(api_of: ApiOf, finance: User, closed: AccountingPeriod) -> None:
    answer = api_of(finance, NOW).get("/api/v1/periods/2026-10/lines.csv?canonical=1")

    lines = body(answer)
    assert hashlib.sha256(b"0" * 64 + lines).hexdigest() == closed.sha256
    assert lines.splitlines()[0].startswith(b"line_no,period,period_state,charge_id,")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_lines_have_headers_in_the_language_asked_for(api_of: ApiOf, finance: User, october: AccountingPeriod) -> None:
    lines = body(api_of(finance, NOW).get("/api/v1/periods/2026-10/lines.csv?lang=en")).decode().splitlines()

    assert lines[0].startswith("Line no.,Period,Period state,Charge id,")
    assert len(lines) == 5
