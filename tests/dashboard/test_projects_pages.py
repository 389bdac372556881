"""The project pages: whose they are, what they show, how many queries they ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.models import Booking
from companies.models import Company, User
from costing.models import Commitment
from dashboard.queries import bookings_of, budget_of
from projects.models import Participant, PlannedUse
from projects.queries import project_for
from tests.catalogue import make_milestone, make_project, make_site
from tests.conftest import ApiOf, ClientOf
from tests.costing.charges import make_charge, make_month
from tests.world import book, make_centre

pytestmark = pytest.mark.django_db


def read(client: Client, path: str) -> str:
    """Return a page that answered."""
    response = client.get(path, HTTP_ACCEPT_LANGUAGE="en", HTTP_X_COLLAUDO_NOW="2026-11-23T09:00:00+01:00")
    assert response.status_code == 200
    return response.content.decode()


def test_visitors_sign_in_first(client: Client) -> None:
    for path in ("/projects/", "/projects/PC-03/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


def test_a_firm_sees_its_own_projects_only(
    fanta: User, gira: User, fanta_company: Company, gira_company: Company, pm: User, client_of: ClientOf
) -> None:
    make_site()
    make_project("PC-01", company=gira_company, pm=pm, title_en="Secret cell", title_it="Cella segreta")
    make_project("PC-03", company=fanta_company, pm=pm, title_en="Own bracket", title_it="Staffa propria")

    listed = read(client_of(fanta), "/projects/")
    foreign, missing = client_of(fanta).get("/projects/PC-01/"), client_of(fanta).get("/projects/PC-99/")

    assert "PC-03" in listed
    assert "PC-01" not in listed
    assert gira_company.name not in listed
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "PC-01" not in foreign.content.decode().replace("/projects/PC-01/", "")
    assert "PC-01" in read(client_of(pm), "/projects/")


def test_ended_projects_have_their_own_shelf(fanta_company: Company, pm: User, client_of: ClientOf) -> None:
    make_site()
    make_project("PC-01", company=fanta_company, pm=pm, stage="killed")
    make_project("PC-03", company=fanta_company, pm=pm)
    client = client_of(pm)

    found = {shown: [code for code in ("PC-01", "PC-03") if code in read(client, f"/projects/?show={shown}")]
             for shown in ("open", "ended", "all", "nonsense")}  # fmt: skip

    assert found == {"open": ["PC-03"], "ended": ["PC-01"], "all": ["PC-01", "PC-03"], "nonsense": ["PC-03"]}


def test_an_empty_portfolio_says_how_to_begin(fanta: User, client_of: ClientOf) -> None:
    for shown in ("open", "ended"):
        assert "empty-state" in read(client_of(fanta), f"/projects/?show={shown}")


def test_a_project_shows_plan_money_and_bookings(
    fanta: User, fanta_company: Company, pm: User, client_of: ClientOf
) -> None:
    make_centre(fanta_company, pm)
    booking = book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1")

    page = read(client_of(fanta), "/projects/PC-03/")

    assert booking.reference in page
    assert '<svg class="gantt"' in page
    assert page.count('class="gantt__tick"') == 2  # one on the plan, one in the legend
    assert "?work=PC-03" in page
    assert "PC-03.M1" in page


def test_the_project_travels_from_its_page_to_the_form(
    fanta: User, fanta_company: Company, pm: User, client_of: ClientOf
) -> None:
    make_centre(fanta_company, pm)
    client = client_of(fanta)

    catalogue = read(client, "/?work=PC-03")
    form = read(client, "/resources/MACHINE/?work=PC-03")

    assert "/resources/MACHINE/?work=PC-03" in catalogue
    assert '<input type="hidden" name="work" value="PC-03">' in catalogue
    assert '<option value="PC-03" selected>' in form


def test_a_partner_sees_the_project_without_the_others_bookings(
    fanta: User, gira: User, gira_company: Company, fanta_company: Company, pm: User, client_of: ClientOf
) -> None:
    centre = make_centre(fanta_company, pm)
    Participant.objects.create(project=centre.project, company=gira_company, role="partner", share=Decimal(20))
    booking = book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1")

    page = read(client_of(gira), "/projects/PC-03/")

    assert booking.reference not in page
    assert page.count('class="gantt__tick"') == 1
    assert bookings_of(centre.project, pm).count == 1


def test_a_closed_project_takes_no_bookings(fanta: User, fanta_company: Company, pm: User, client_of: ClientOf) -> None:
    make_site()
    make_project("PC-09", company=fanta_company, pm=pm, stage="closed")

    assert "?work=PC-09" not in read(client_of(fanta), "/projects/PC-09/")


def test_finance_may_look_but_not_book(finance: User, fanta_company: Company, pm: User, client_of: ClientOf) -> None:
    make_site()
    make_project("PC-03", company=fanta_company, pm=pm)

    assert "?work=PC-03" not in read(client_of(finance), "/projects/PC-03/")


def test_names_and_texts_are_escaped(fanta: User, fanta_company: Company, pm: User, client_of: ClientOf) -> None:
    make_site()
    project = make_project("PC-03", company=fanta_company, pm=pm, title_it="<b>x", title_en="<b>x")
    make_milestone(project, 1, title_it="<script>", title_en="<script>")

    page = read(client_of(fanta), "/projects/PC-03/")

    assert "<b>x" not in page
    assert "<script>" not in page.replace("<script src", "")


def test_the_budget_adds_up_plan_commitments_and_charges(
    fanta: User, fanta_company: Company, pm: User, api_of: ApiOf
) -> None:
    centre = make_centre(fanta_company, pm)
    PlannedUse.objects.create(
        milestone=centre.milestone, resource=centre.machine, hours=Decimal(60), list_value=Decimal("6000.00")
    )
    book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1")
    commitment = Commitment.objects.get()
    charge = make_charge(make_month(), fanta_company, project=centre.project)

    body = api_of(fanta).get("/api/v1/projects/PC-03/budget/").json()

    whole = commitment.list_value + charge.list_value
    assert body == {
        "budget": "20000.00",
        "machine_budget": "15000.00",
        "planned": "6000.00",
        "committed": f"{commitment.list_value}",
        "actual": f"{charge.list_value}",
        "remaining": f"{15000 - whole:.2f}",
        "other_costs": "0.00",
        "contribution": f"{commitment.contribution + charge.contribution}",
        "company_share": f"{commitment.net + charge.net}",
        "milestones": [
            {
                "milestone": "PC-03.M1",
                "budget": "20000.00",
                "machine_budget": None,
                "planned": "6000.00",
                "committed": f"{commitment.list_value}",
                "actual": "0.00",
                "remaining": f"{20000 - commitment.list_value:.2f}",
                "other_costs": "0.00",
                "contribution": f"{commitment.contribution}",
                "company_share": f"{commitment.net}",
            }
        ],
    }


@pytest.mark.parametrize("n", [1, 3])
def test_the_portfolio_has_a_fixed_number_of_queries(
    n: int, pm: User, fanta_company: Company, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_site()
    for number in range(n):
        make_milestone(make_project(f"PC-{number}", company=fanta_company, pm=pm), 1)
    client = client_of(pm)

    with django_assert_num_queries(8):  # session, person, count, projects, milestones, participants, site, charges
        page = read(client, "/projects/")

    assert page.count("project-card__body") == n


@pytest.mark.parametrize("n", [1, 3])
def test_a_project_page_has_a_fixed_number_of_queries(
    n: int,
    fanta: User,
    pm: User,
    fanta_company: Company,
    client_of: ClientOf,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    centre = make_centre(fanta_company, pm)
    for number in range(n):
        make_milestone(centre.project, number + 2, weight=Decimal(0))
        book(
            fanta, "MACHINE", start=8 + 2 * number, end=9 + 2 * number, project_code="PC-03", milestone_code="PC-03.M1"
        )
    client = client_of(fanta)

    with django_assert_num_queries(15):
        page = read(client, "/projects/PC-03/")

    assert Booking.objects.count() == n
    assert page.count('class="gantt__name"') == n + 1


def test_the_budget_of_a_project_without_milestones_is_its_own(fanta: User, fanta_company: Company, pm: User) -> None:
    make_site()
    make_project("PC-03", company=fanta_company, pm=pm, starts_on=date(2026, 9, 21))

    budget = budget_of(project_for(fanta, "PC-03"), fanta)

    assert (budget.total.remaining, budget.milestones) == (Decimal("10000.00"), {})


def test_a_participant_reads_no_other_firms_aid_and_share(
    fanta: User, gira: User, fanta_company: Company, gira_company: Company, pm: User, api_of: ApiOf
) -> None:
    centre = make_centre(fanta_company, pm)
    Participant.objects.create(project=centre.project, company=gira_company, role="partner", share=Decimal("0.00"))
    make_charge(make_month(), fanta_company, "108.00", project=centre.project)
    make_charge(make_month(), gira_company, "50.00", project=centre.project)

    def read_by(user: User) -> list[str]:
        body = api_of(user).get("/api/v1/projects/PC-03/budget/").json()
        return [body[name] for name in ("actual", "contribution", "company_share")]

    assert [read_by(fanta), read_by(gira), read_by(pm)] == [
        ["790.00", "432.00", "108.00"],
        ["790.00", "200.00", "50.00"],
        ["790.00", "632.00", "158.00"],
    ]
