"""Finance's price list and aid data over the API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from companies.models import User
from costing.models import Tariff
from facility.models import Resource
from tests.catalogue import make_resource
from tests.conftest import ApiOf
from tests.costing.rows import make_tariff, make_vat_code

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
URL = "/api/v1/tariffs/"
NEW = {"resource": "SI-CFD", "valid_from": "2026-11-01", "scheme": "hourly", "hour": "55.00", "vat_code": "22"}


@pytest.fixture
def simulator(db: None) -> Resource:
    make_vat_code()
    return make_resource("SI-CFD")


def test_finance_adds_a_tariff_with_the_usual_defaults(simulator: Resource, finance: User, api_of: ApiOf) -> None:
    response = api_of(finance).post(URL, NEW)

    assert response.status_code == 201
    body = response.json()
    assert body.pop("id") == Tariff.objects.get().pk
    assert body == {
        "version": "SI-CFD/standard/2026-11-01",
        "resource": "SI-CFD",
        "price_group": "standard",
        "valid_from": "2026-11-01",
        "scheme": "hourly",
        "hour": "55.00",
        "half_day": None,
        "day": None,
        "block": None,
        "flat": None,
        "minimum_charge": "0.00",
        "setup_fee": "0.00",
        "operator_hour": "0.00",
        "charge_basis": "booked_or_overrun",
        "billing_step_minutes": 15,
        "unused_share": "50.00",
        "bands": [],
        "steps": [],
        "late_cancel_share": "50.00",
        "no_show_share": "100.00",
        "vat_code": "22",
        "setup_aided": True,
        "operator_aided": True,
        "consumables_aided": True,
        "setup_vat_code": "22",
        "operator_vat_code": "22",
        "consumables_vat_code": "22",
        "late_cancel_vat_code": "22",
        "no_show_vat_code": "22",
    }


def test_what_goes_in_comes_out(simulator: Resource, finance: User, api_of: ApiOf) -> None:
    make_vat_code("N2.2", "0.00", "N2.2")
    sent = NEW | {
        "price_group": "member",
        "bands": [{"days": ["MO", "SA"], "from": "17:00", "to": "24:00", "discount": "20.00"}],
        "steps": [{"from_hour": 4, "hour": "45.00"}],
        "minimum_charge": "100.00",
        "late_cancel_vat_code": "N2.2",
        "setup_aided": False,
    }

    api_of(finance).post(URL, sent)

    stored = api_of(finance).get(URL, {"resource": "SI-CFD"}).json()["results"][0]
    assert {name: stored[name] for name in sent} == sent


def test_the_same_key_again_is_a_duplicate(simulator: Resource, finance: User, api_of: ApiOf, problem: Problem) -> None:
    api_of(finance).post(URL, NEW)

    response = api_of(finance).post(URL, NEW | {"hour": "60.00"})

    assert (response.status_code, problem(response)["code"]) == (409, "duplicate")
    assert Tariff.objects.get().hour == Decimal("55.00")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hour": None}, "hour"),
        ({"hour": "55.001"}, "hour"),
        ({"hour": "1e3"}, "hour"),
        ({"hour": "-1.00"}, "hour"),
        ({"hour": "100000.01"}, "hour"),
        ({"operator_hour": "9999999999.99"}, "operator_hour"),
        ({"steps": [{"from_hour": 2, "hour": "100000.01"}]}, "steps"),
        ({"scheme": "daily"}, "block"),
        ({"scheme": "flat"}, "flat"),
        ({"scheme": "yearly"}, "scheme"),
        ({"charge_basis": "guessed"}, "charge_basis"),
        ({"vat_code": "99"}, "vat_code"),
        ({"no_show_vat_code": "99"}, "no_show_vat_code"),
        ({"price_group": "Member"}, "price_group"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"billing_step_minutes": 0}, "billing_step_minutes"),
        ({"unused_share": "100.01"}, "unused_share"),
        ({"bands": [{"days": ["MO"], "from": "24:01", "to": "17:00", "discount": "20.00"}]}, "bands.0.from"),
        ({"bands": [{"days": ["MO"], "from": "18:00", "to": "17:00", "discount": "20.00"}]}, "bands"),
        ({"bands": [{"days": ["MO"], "from": "16:00", "to": "17:00", "discount": "20.00"}] * 2}, "bands"),
        ({"bands": "all"}, "bands"),
        ({"steps": [{"from_hour": 2, "hour": "1.00"}] * 2}, "steps"),
    ],
)
def test_a_bad_tariff_is_malformed(
    simulator: Resource, finance: User, api_of: ApiOf, problem: Problem, change: dict[str, Any], field: str
) -> None:
    response = api_of(finance).post(URL, NEW | change)

    document = problem(response)
    assert (document["status"], [error["field"] for error in document["errors"]]) == (400, [field])
    assert Tariff.objects.count() == 0


def test_an_unknown_resource_is_not_found(simulator: Resource, finance: User, api_of: ApiOf, problem: Problem) -> None:
    response = api_of(finance).post(URL, NEW | {"resource": "NO-SUCH"})

    assert (response.status_code, problem(response)["code"]) == (404, "not_found")


@pytest.mark.parametrize("person", ["fanta", "gira", "technician", "manager"])
def test_only_finance_reads(request: pytest.FixtureRequest, api_of: ApiOf, simulator: Resource, person: str) -> None:
    make_tariff(simulator)

    response = api_of(request.getfixturevalue(person)).get(URL)

    assert response.status_code == 403
    assert "results" not in response.json()


def test_nobody_signed_in_is_asked_to(anonymous_api: Any) -> None:
    assert anonymous_api.get(URL).status_code == 401


def test_a_firm_cannot_set_a_price(simulator: Resource, fanta: User, api_of: ApiOf) -> None:
    assert api_of(fanta).post(URL, NEW).status_code == 403
    assert Tariff.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_tariff_is_only_added(
    simulator: Resource, finance: User, api_of: ApiOf, problem: Problem, method: str
) -> None:
    response = getattr(api_of(finance), method)(URL, NEW)

    assert problem(response)["status"] == 405


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_has_a_fixed_number_of_queries(
    finance: User, api_of: ApiOf, n: int, django_assert_num_queries: Any
) -> None:
    for number in range(n):
        make_tariff(make_resource(f"R{number}"))

    with django_assert_num_queries(2):
        response = api_of(finance).get(URL)

    assert [row["resource"] for row in response.json()["results"]] == [f"R{number}" for number in range(n)]


def test_filters_by_resource_and_group(finance: User, api_of: ApiOf) -> None:
    one, other = make_resource("ONE"), make_resource("OTHER")
    make_tariff(one)
    make_tariff(one, price_group="member")
    make_tariff(other)

    def versions(**filters: str) -> list[str]:
        return [row["version"] for row in api_of(finance).get(URL, filters).json()["results"]]

    assert versions(resource="ONE") == ["ONE/member/2024-01-01", "ONE/standard/2024-01-01"]
    assert versions(price_group="member") == ["ONE/member/2024-01-01"]
    assert versions(resource="NONE") == []
