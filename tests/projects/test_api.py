"""Projects over HTTP: a firm sees those in which it takes part, the centre's staff all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies.models import Company, User
from projects.models import Milestone, Participant, PlannedUse
from projects.queries import milestone_for
from tests.catalogue import make_milestone, make_project, make_resource, make_site
from tests.conftest import ApiOf

URL = "/api/v1/projects/"
NOW = "2026-11-23T09:00:00+01:00"
Problem = Callable[[Any], dict[str, Any]]


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    make_site()


def codes(response: Any) -> list[str]:
    return [row["code"] for row in response.json()["results"]]


def test_a_firm_lists_its_own_projects(
    fanta: User, gira: User, fanta_company: Company, gira_company: Company, pm: User, api_of: ApiOf
) -> None:
    make_project("PC-01", company=gira_company, pm=pm)
    shared = make_project("PC-03", company=fanta_company, pm=pm)
    Participant.objects.create(project=shared, company=gira_company, role="partner", share=Decimal(20))

    assert codes(api_of(fanta).get(URL)) == ["PC-03"]
    assert codes(api_of(gira).get(URL)) == ["PC-01", "PC-03"]
    assert codes(api_of(pm).get(URL)) == ["PC-01", "PC-03"]


def test_a_foreign_project_is_as_missing(
    gira: User, fanta_company: Company, pm: User, api_of: ApiOf, problem: Problem
) -> None:
    make_project("PC-03", company=fanta_company, pm=pm)
    api = api_of(gira)

    for path in ("", "milestones/", "budget/"):
        foreign, missing = api.get(f"{URL}PC-03/{path}"), api.get(f"{URL}PC-99/{path}")
        assert (problem(foreign)["code"], foreign.status_code) == ("not_found", 404)
        assert foreign.content == missing.content


def test_visitors_see_no_projects(anonymous_api: APIClient, problem: Problem) -> None:
    assert problem(anonymous_api.get(URL))["status"] == 401


def test_a_project_shows_its_plan_and_standing(fanta: User, fanta_company: Company, pm: User, api_of: ApiOf) -> None:
    project = make_project("PC-03", company=fanta_company, pm=pm, service="test_before_invest")
    make_milestone(project, 1, status="accepted", actual_start=date(2026, 9, 21), actual_end=date(2026, 10, 16))
    make_milestone(
        project,
        2,
        start=date(2026, 10, 19),
        end=date(2026, 11, 27),
        baseline_start=date(2026, 10, 19),
        baseline_end=date(2026, 11, 13),
        is_gate=True,
        status="started",
    )

    body = api_of(fanta, NOW).get(f"{URL}PC-03/").json()

    assert {
        key: body[key] for key in ("code", "company", "stage", "budget", "progress", "worst_slip_days", "area")
    } == {
        "code": "PC-03",
        "company": fanta_company.pk,
        "stage": "running",
        "budget": "20000.00",
        "progress": "25.00",
        "worst_slip_days": 10,
        "area": None,
    }
    assert body["participants"] == [
        {"company": fanta_company.pk, "name": fanta_company.name, "role": "lead", "share": "100.00"}
    ]
    second = body["milestones"][1]
    assert {key: second[key] for key in second if key not in ("id", "title", "deliverable", "criterion")} == {
        "code": "PC-03.M2",
        "baseline_start": "2026-10-19",
        "baseline_end": "2026-11-13",
        "start": "2026-10-19",
        "end": "2026-11-27",
        "actual_start": None,
        "actual_end": None,
        "weight": "25.00",
        "budget": "5000.00",
        "is_gate": True,
        "depends_on": [],
        "status": "started",
        "rag": "amber",
        "slip_days": 10,
    }
    listed = api_of(fanta, NOW).get(f"{URL}PC-03/milestones/").json()
    assert (listed["count"], listed["results"]) == (2, body["milestones"])


def test_the_slip_grows_with_the_demo_clock(fanta: User, fanta_company: Company, pm: User, api_of: ApiOf) -> None:
    make_milestone(make_project("PC-03", company=fanta_company, pm=pm), 1)  # planned to end on Friday 16 October

    slips = [
        api_of(fanta, f"2026-10-{day}T10:00:00+02:00").get(f"{URL}PC-03/").json()["worst_slip_days"]
        for day in (16, 18, 20)
    ]

    assert slips == [0, 0, 2]


def test_lists_are_narrowed_and_bad_filters_refused(
    fanta_company: Company, gira_company: Company, pm: User, api_of: ApiOf, problem: Problem
) -> None:
    make_project("PC-01", company=gira_company, pm=pm, stage="closed", type="poc")
    make_project("PC-03", company=fanta_company, pm=pm)
    api = api_of(pm)

    assert codes(api.get(URL, {"stage": "closed"})) == ["PC-01"]
    assert codes(api.get(URL, {"type": "pilot"})) == ["PC-03"]
    assert codes(api.get(URL, {"company": fanta_company.pk})) == ["PC-03"]
    for query in ({"stage": "won"}, {"type": "1"}, {"company": "x"}, {"company": 10**12}):
        assert problem(api.get(URL, query))["status"] == 400


def test_a_milestone_is_looked_for_in_its_own_project(fanta_company: Company, pm: User) -> None:
    own = make_project("PC-01", company=fanta_company, pm=pm)
    other = make_project("PC-03", company=fanta_company, pm=pm)
    milestone = make_milestone(own, 1)

    assert milestone_for(own, "PC-01.M1") == milestone
    with pytest.raises(Exception, match=r"^$"):
        milestone_for(other, "PC-01.M1")


def test_parts_of_a_project_are_as_visible_as_it(fanta: User, gira: User, fanta_company: Company, pm: User) -> None:
    milestone = make_milestone(make_project("PC-03", company=fanta_company, pm=pm), 1)
    use = PlannedUse.objects.create(
        milestone=milestone, resource=make_resource(), hours=Decimal(4), list_value=Decimal(9)
    )
    rows = ((Participant, Participant.objects.get()), (Milestone, milestone), (PlannedUse, use))

    for model, row in rows:
        found = [list(model.objects.visible_to(who)) for who in (fanta, pm, gira, AnonymousUser())]
        assert found == [[row], [row], [], []]


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_has_a_fixed_number_of_queries(
    n: int,
    fanta: User,
    fanta_company: Company,
    pm: User,
    api_of: ApiOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(n):
        project = make_project(f"PC-{number}", company=fanta_company, pm=pm)
        make_milestone(project, 1)
        make_milestone(project, 2)
    api = api_of(fanta)

    with django_assert_num_queries(5):
        response = api.get(URL)

    assert len(response.json()["results"]) == n
