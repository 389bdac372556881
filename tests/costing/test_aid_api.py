"""Measures, intensities and VAT codes over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from companies.models import User
from costing.models import IntensityRule, Measure, VatCode
from tests.conftest import ApiOf
from tests.costing.rows import make_aid, make_measure, make_vat_code

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
MEASURES, INTENSITIES, VAT_CODES = "/api/v1/measures/", "/api/v1/intensities/", "/api/v1/vat-codes/"
MEASURE = {"code": "CC-NEW", "title": "Nuova misura", "regime": "gber28", "valid_from": "2027-01-01"}
INTENSITY = {
    "measure": "CC-SERV",
    "service": "test_before_invest",
    "size_class": "small",
    "valid_from": "2026-06-01",
    "intensity": "90.00",
}
VAT_CODE = {"code": "5", "rate": "5.00", "text": "Aliquota ridotta"}
BODIES = {MEASURES: MEASURE, INTENSITIES: INTENSITY, VAT_CODES: VAT_CODE}


def test_measures_intensities_and_vat_codes(finance: User, api_of: ApiOf) -> None:
    make_aid()
    make_vat_code("N2.2", "0.00", "N2.2")
    api = api_of(finance)

    measures = api.get("/api/v1/measures/").json()
    intensities = api.get("/api/v1/intensities/").json()
    vat_codes = api.get("/api/v1/vat-codes/").json()

    assert measures["results"][1] == {
        "code": "CC-SERV",
        "title": "Misura CC-SERV",
        "regime": "gber28",
        "valid_from": "2024-01-01",
        "valid_to": "2026-12-31",
        "default": True,
        "vat_treatment": "net",
        "max_per_project": None,
        "max_per_company": None,
        "budget": None,
    }
    assert (intensities["count"], intensities["results"][0]) == (
        7,
        {
            "measure": "CC-DEMIN",
            "service": "test_before_invest",
            "size_class": "large",
            "valid_from": "2024-01-01",
            "intensity": "30.00",
        },
    )
    assert vat_codes["results"] == [{"code": "N2.2", "rate": "0.00", "nature": "N2.2", "text": "IVA N2.2"}]


def test_finance_adds_a_measure(finance: User, api_of: ApiOf) -> None:
    make_aid()

    response = api_of(finance).post(MEASURES, MEASURE | {"max_per_project": "60000.00"})

    assert response.status_code == 201
    assert response.json() == MEASURE | {
        "valid_to": None,
        "default": False,
        "vat_treatment": "net",
        "max_per_project": "60000.00",
        "max_per_company": None,
        "budget": None,
    }
    measure = Measure.objects.get(code="CC-NEW")
    assert (measure.title_it, measure.title_en) == ("Nuova misura", "Nuova misura")


def test_finance_adds_an_intensity_and_a_vat_code(finance: User, api_of: ApiOf) -> None:
    make_aid()

    added = api_of(finance).post(INTENSITIES, INTENSITY)
    vat_code = api_of(finance).post(VAT_CODES, VAT_CODE)

    assert (added.status_code, added.json()) == (201, INTENSITY)
    assert (vat_code.status_code, vat_code.json()) == (201, VAT_CODE | {"nature": ""})


@pytest.mark.parametrize("url", BODIES)
def test_the_same_again_is_a_duplicate(finance: User, api_of: ApiOf, problem: Problem, url: str) -> None:
    make_aid()
    api_of(finance).post(url, BODIES[url])

    response = api_of(finance).post(url, BODIES[url])

    assert (response.status_code, problem(response)["code"]) == (409, "duplicate")


@pytest.mark.parametrize(
    ("url", "change", "field"),
    [
        (MEASURES, {"regime": "magic"}, "regime"),
        (MEASURES, {"valid_from": "soon"}, "valid_from"),
        (MEASURES, {"budget": "-1.00"}, "budget"),
        (MEASURES, {"budget": "1.001"}, "budget"),
        (MEASURES, {"vat_treatment": "half"}, "vat_treatment"),
        (MEASURES, {"code": "x" * 21}, "code"),
        (INTENSITIES, {"measure": "magic"}, "measure"),
        (INTENSITIES, {"service": "magic"}, "service"),
        (INTENSITIES, {"size_class": "tiny"}, "size_class"),
        (INTENSITIES, {"intensity": "100.01"}, "intensity"),
        (VAT_CODES, {"rate": "-1.00"}, "rate"),
        (VAT_CODES, {"text": ""}, "text"),
    ],
)
def test_bad_data_is_malformed(
    finance: User, api_of: ApiOf, problem: Problem, url: str, change: dict[str, str], field: str
) -> None:
    make_aid()
    before = [model.objects.count() for model in (Measure, IntensityRule, VatCode)]

    document = problem(api_of(finance).post(url, BODIES[url] | change))

    assert (document["status"], [error["field"] for error in document["errors"]]) == (400, [field])
    assert [model.objects.count() for model in (Measure, IntensityRule, VatCode)] == before


def test_a_measure_does_not_end_before_it_begins(finance: User, api_of: ApiOf, problem: Problem) -> None:
    make_aid()

    assert problem(api_of(finance).post(MEASURES, MEASURE | {"valid_to": "2026-12-31"}))["status"] == 400


@pytest.mark.parametrize("url", BODIES)
@pytest.mark.parametrize("person", ["fanta", "gira", "technician", "manager"])
def test_only_finance_reads_and_adds(request: pytest.FixtureRequest, api_of: ApiOf, person: str, url: str) -> None:
    make_aid()
    api = api_of(request.getfixturevalue(person))

    assert (api.get(url).status_code, api.post(url, BODIES[url]).status_code) == (403, 403)
    assert "results" not in api.get(url).json()


@pytest.mark.parametrize("n", [1, 3])
def test_the_lists_have_a_fixed_number_of_queries(
    finance: User, api_of: ApiOf, n: int, django_assert_num_queries: Any
) -> None:
    for number in range(n):
        make_measure(f"M{number}", regime=f"regime{number}", service=f"s{number}", intensities={"small": "50.00"})
        make_vat_code(f"V{number}")

    for url in BODIES:
        with django_assert_num_queries(2):
            assert api_of(finance).get(url).json()["count"] == n
