"""Bad input over HTTP: the codes of the contract, never a 500, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from common.excel import read_rows
from costing.lines import COLUMNS
from tests.flows.conftest import CallerOf

FANTA, GIRA = "fanta@imprese.example", "gira@imprese.example"
MANAGER, FINANCE = "manager@centro.example", "finance@centro.example"
BOOKINGS = "/api/v1/bookings/"
Problem = Callable[[Any], dict[str, Any]]

#: A wish that would be granted at once; each case changes one thing.
WISH: dict[str, Any] = {
    "resources": ["RB-COB1"],
    "start": "2026-11-24T09:00:00+01:00",
    "end": "2026-11-24T12:00:00+01:00",
    "project": "PC-03",
    "milestone": "PC-03.M2",
    "purpose": "Prova",
}
#: Rows of these tables follow from keys and callers, not from the request under test.
ASIDE = ("django_session", "axes_", "companies_apitoken", "auditlog_")


@pytest.fixture
def fanta(caller_of: CallerOf) -> APIClient:
    return caller_of(FANTA)


def rows_of_everything() -> dict[str, int]:
    """Count the rows of every table that a request could write to."""
    tables = [name for name in connection.introspection.table_names() if not name.startswith(ASIDE)]
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


@pytest.fixture
def nothing_written(fanta: APIClient) -> Iterator[None]:
    """Hold the request to having written nothing, in any table."""
    before = rows_of_everything()
    yield
    assert rows_of_everything() == before


IMPOSSIBLE = {
    "end before start": ({"end": "2026-11-24T08:00:00+01:00"}, "end", "end_before_start"),
    "end at start": ({"end": WISH["start"]}, "end", "end_before_start"),
    "naive time": ({"start": "2026-11-24T09:00:00"}, "start", "naive_time"),
    "no time": ({"start": "domani mattina"}, "start", "invalid"),
    "year 9999": ({"end": "9999-12-31T23:59:59+01:00"}, "end", "invalid"),
    "no resource": ({"resources": []}, "resources", "empty"),
    "resource of another shape": ({"resources": [{"code": ["RB-COB1"]}]}, "resources.0", "invalid"),
    "no resources at all": ({"resources": None}, "resources", "null"),
    "half a person": ({"people": 1.5}, "people", "invalid"),
    "nobody": ({"people": 0}, "people", "min_value"),
    "more people than a column holds": ({"people": 32_768}, "people", "max_value"),
    "purpose as an object": ({"purpose": {"$ne": 1}}, "purpose", "invalid"),
    "purpose as long as a book": ({"purpose": "x" * 501}, "purpose", "max_length"),
}


@pytest.mark.parametrize(("change", "field", "code"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
@pytest.mark.usefixtures("nothing_written")
def test_impossible_shapes_are_400(
    fanta: APIClient, problem: Problem, change: dict[str, Any], field: str, code: str
) -> None:
    response = fanta.post(BOOKINGS, {**WISH, **change})

    body = problem(response)
    assert response.status_code == 400, body
    assert (field, code) in [(one["field"], one["code"]) for one in body["errors"]], body


REFUSED = {
    "off step": ({"start": "2026-11-24T09:07:00+01:00", "end": "2026-11-24T10:07:00+01:00"}, ["off_step"]),
    "outside hours": ({"start": "2026-11-24T19:00:00+01:00", "end": "2026-11-24T21:00:00+01:00"}, ["closed"]),
    "on a holiday": ({"start": "2026-12-08T09:00:00+01:00", "end": "2026-12-08T12:00:00+01:00"}, ["closed"]),
    "in the past": ({"start": "2026-11-19T09:00:00+01:00", "end": "2026-11-19T12:00:00+01:00"}, ["in_past"]),
    "too soon": ({"start": "2026-11-20T15:00:00+01:00", "end": "2026-11-20T16:00:00+01:00"}, ["too_soon"]),
    "too far": ({"start": "2027-09-15T09:00:00+02:00", "end": "2027-09-15T12:00:00+02:00"}, ["too_far"]),
    "too many people": ({"people": 32_767}, ["too_many_people"]),
    "not qualified": ({"resources": ["VC-ROB"]}, ["not_qualified"]),
    "several at once": (
        {"start": "2026-11-22T22:07:00+01:00", "end": "2026-11-22T22:17:00+01:00", "people": 60},
        ["closed", "off_step", "too_short", "too_many_people"],
    ),
}


@pytest.mark.parametrize(("change", "codes"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.usefixtures("nothing_written")
def test_rules_refuse_with_every_reason_at_once(
    fanta: APIClient, problem: Problem, change: dict[str, Any], codes: list[str]
) -> None:
    response = fanta.post(BOOKINGS, {**WISH, **change})

    body = problem(response)
    assert (response.status_code, body["code"]) == (422, "refused"), body
    assert [one["code"] for one in body["refusals"]] == codes
    assert all(one["detail"] and one["override"] in ("nobody", "manager") for one in body["refusals"])


UNKNOWN = {
    "unknown resource": {"resources": ["NESSUNO"]},
    "an operator, which firms do not see": {"resources": ["OP-ROB1"]},
    "unknown project": {"project": "PC-99", "milestone": ""},
    "another firm's project": {"project": "PC-01", "milestone": "PC-01.M3"},
    "another project's milestone": {"milestone": "PC-01.M3"},
    "another firm's name on it": {"company": 1},
}


@pytest.mark.parametrize("change", UNKNOWN.values(), ids=UNKNOWN.keys())
@pytest.mark.usefixtures("nothing_written")
def test_unknown_and_foreign_are_the_same_404(fanta: APIClient, problem: Problem, change: dict[str, Any]) -> None:
    response = fanta.post(BOOKINGS, {**WISH, **change})

    assert problem(response)["code"] == "not_found"
    assert response.content == fanta.get("/api/v1/bookings/BK-999999/").content


@pytest.mark.usefixtures("fanta")
def test_overlap_is_409_with_alternatives(caller_of: CallerOf, problem: Problem) -> None:
    assert caller_of(GIRA).post(BOOKINGS, {**WISH, "project": "PC-01", "milestone": "PC-01.M3"}).status_code == 201
    fanta = caller_of(FANTA)
    before = rows_of_everything()

    body = problem(fanta.post(BOOKINGS, WISH))

    assert (body["status"], body["code"], [one["code"] for one in body["refusals"]]) == (409, "overlap", ["overlap"])
    assert rows_of_everything() == before
    assert len(body["alternatives"]) == 3
    assert all(one["resources"] == ["RB-COB1"] for one in body["alternatives"])
    nearest = body["alternatives"][0]
    assert fanta.post(BOOKINGS, {**WISH, "start": nearest["start"], "end": nearest["end"]}).status_code == 201


BODIES = {
    "cut off": (b'{"resources": ["RB-COB1"', 400),
    "a list": (b"[1, 2, 3]", 400),
    "a text": (b'"ciao"', 400),
    "nothing": (b"", 400),
    "not a number": (b'{"people": NaN}', 400),
    "not text": (b"\xff\xfe\x00", 400),
    "nested without end": (b"[" * 100_000, 400),
    "a key twice as deep": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "a NUL": (json.dumps({**WISH, "purpose": "a\x00b"}).encode(), 400),
    "half a character": (json.dumps({**WISH, "purpose": "\ud800"}).encode(), 400),
    "a number of a thousand digits": (b'{"people": ' + b"9" * 1000 + b"}", 400),
    "three megabytes": (json.dumps({**WISH, "purpose": "x" * 3_000_000}).encode(), 413),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
@pytest.mark.usefixtures("nothing_written")
def test_malformed_and_huge_json_is_refused(fanta: APIClient, problem: Problem, body: bytes, status: int) -> None:
    response = fanta.post(BOOKINGS, body, content_type="application/json")

    assert problem(response)["status"] == status


@pytest.mark.usefixtures("nothing_written")
def test_form_instead_of_json_is_415(fanta: APIClient, problem: Problem) -> None:
    response = fanta.post(BOOKINGS, b"resources=RB-COB1", content_type="application/x-www-form-urlencoded")

    assert problem(response)["status"] == 415


@pytest.mark.parametrize("query", ["page=0", "page_size=x", "status=closed", "start=ieri", "company=uno"])
def test_bad_filters_are_400(fanta: APIClient, problem: Problem, query: str) -> None:
    assert problem(fanta.get(f"{BOOKINGS}?{query}"))["status"] in (400, 404)


def test_without_a_key_it_is_401(centre: None, anonymous_api: APIClient, problem: Problem) -> None:
    assert problem(anonymous_api.post(BOOKINGS, WISH))["status"] == 401


def test_a_clock_without_offset_is_400(caller_of: CallerOf, problem: Problem) -> None:
    body = problem(caller_of(FANTA, "2026-11-20T10:00:00").post(BOOKINGS, WISH))

    assert (body["status"], body["code"]) == (400, "naive_time")


def test_text_that_looks_like_a_formula_arrives_in_excel_as_text(caller_of: CallerOf) -> None:
    formula = '=HYPERLINK("http://esempio.invalid";"clicca")'
    booked = caller_of(FANTA).post(BOOKINGS, {**WISH, "purpose": formula}).json()
    assert booked["purpose"] == formula
    address = f"{BOOKINGS}{booked['reference']}/"
    caller_of(MANAGER, WISH["start"]).post(f"{address}check-in/", {})
    out = caller_of(MANAGER, WISH["end"]).post(f"{address}check-out/", {})
    assert out.status_code == 200, out.content

    finance = caller_of(FINANCE, "2026-12-01T09:00:00+01:00")
    data = finance.get("/api/v1/periods/2026-11/workbook.xlsx").content

    rows = read_rows(data, "Righe")
    note = [column.key for column in COLUMNS].index("note")
    # Formulas are read as their stored values: the text itself can only come from a cell of text.
    assert {row[note] for row in rows[1:] if row[note]} == {formula}
