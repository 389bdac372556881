"""Organisations over HTTP, and who gets 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from companies.models import Company, User
from tests.factories import make_company

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
URL = "/api/v1/companies/"


def test_a_firm_reads_itself(api_of: Any, fanta: User, fanta_company: Company) -> None:
    body = api_of(fanta).get(f"{URL}{fanta_company.pk}/").json()

    assert (body["id"], body["name"], body["vat_number"], body["size_class"]) == (
        fanta_company.pk,
        "Officine Fantasia S.r.l.",
        "IT99999010160",
        "small",
    )


def test_another_firm_is_not_there(
    api_of: Any, anonymous_api: APIClient, gira: User, fanta_company: Company, problem: Problem
) -> None:
    foreign = api_of(gira).get(f"{URL}{fanta_company.pk}/")
    missing = api_of(gira).get(f"{URL}999999/")

    assert problem(foreign)["code"] == "not_found"
    assert foreign.content == missing.content
    assert anonymous_api.get(f"{URL}{fanta_company.pk}/").status_code == 401


def test_list_shows_what_the_caller_may_see(api_of: Any, fanta: User, gira_company: Company, technician: User) -> None:
    def names(user: User, query: str = "") -> list[str]:
        return [row["name"] for row in api_of(user).get(f"{URL}{query}").json()["results"]]

    assert names(technician) == ["Giravolta Trasmissioni S.p.A.", "Officine Fantasia S.r.l."]
    assert names(fanta) == ["Officine Fantasia S.r.l."]
    assert names(technician, "?q=OFFICÌNE") == ["Officine Fantasia S.r.l."]
    assert names(technician, "?size_class=medium") == ["Giravolta Trasmissioni S.p.A."]
    assert names(fanta, "?q=giravolta") == []


def test_bad_filter_is_400(api_of: Any, technician: User, problem: Problem) -> None:
    assert problem(api_of(technician).get(f"{URL}?type=guild"))["errors"][0]["field"] == "type"


def test_register_is_read_only(api_of: Any, technician: User, fanta_company: Company, problem: Problem) -> None:
    client = api_of(technician)

    assert problem(client.post(URL, {"name": "x"}))["code"] == "method_not_allowed"
    assert problem(client.patch(f"{URL}{fanta_company.pk}/", {"name": "x"}))["code"] == "method_not_allowed"


@pytest.mark.parametrize("n", [1, 3])
def test_list_asks_twice_however_long(api_of: Any, technician: User, n: int) -> None:
    for key in ("FANTA", "GIRA", "NUVO")[:n]:
        make_company(key)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert api_of(technician).get(URL).json()["count"] == n
    assert len(queries) == 2  # the count, the page
