"""Finance's price list and the form for a new tariff."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from companies.models import User
from costing.models import Tariff
from costing.terms import Band, Step, band_from_text, band_text, step_from_text, step_text
from facility.models import Resource
from tests.bookings.pages import browser, words
from tests.catalogue import make_resource
from tests.costing.rows import make_tariff, make_vat_code

pytestmark = pytest.mark.django_db
LIST, NEW = "/finance/tariffs/", "/finance/tariffs/new/"
TODAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FORM = {
    "price_group": "standard",
    "valid_from": "2027-01-01",
    "scheme": "hourly",
    "hour": "55.00",
    "minimum_charge": "0.00",
    "bands": "",
    "steps": "",
    "setup_fee": "0.00",
    "operator_hour": "0.00",
    "charge_basis": "booked_or_overrun",
    "billing_step_minutes": "15",
    "unused_share": "50.00",
    "late_cancel_share": "50.00",
    "no_show_share": "100.00",
    "setup_aided": "on",
    "operator_aided": "on",
    "consumables_aided": "on",
}


@pytest.fixture
def simulator(db: None) -> Resource:
    return make_resource("SI-CFD", name_it="Simulatore", name_en="Simulator")


def filled(resource: Resource, **changes: str) -> dict[str, Any]:
    return {**FORM, "resource": resource.pk, "vat_code": make_vat_code().pk, **changes}


def test_the_list_says_what_counts_today(finance: User, simulator: Resource) -> None:
    make_tariff(simulator, hour="50.00")
    make_tariff(simulator, hour="55.00", valid_from=date(2026, 7, 1), operator_hour=Decimal("45.00"))
    make_tariff(simulator, hour="60.00", valid_from=date(2027, 1, 1))

    text = words(browser(finance, TODAY).get(LIST))

    for line in (
        "01/01/2027 by the hour booked time and overrun · step 15 min €60.00 hour – from that day",
        "01/07/2026 by the hour booked time and overrun · step 15 min €55.00 hour operator, per hour €45.00 in force",
        "01/01/2024 by the hour booked time and overrun · step 15 min €50.00 hour – replaced",
    ):
        assert line in text


def test_bands_and_steps_are_shown(finance: User, simulator: Resource) -> None:
    make_tariff(
        simulator,
        bands=[{"days": ["MO", "SA"], "from": "17:00", "to": "19:00", "discount": "20.00"}],
        steps=[{"from_hour": 4, "hour": "45.00"}],
    )

    assert "€120.00 hour Mon Sat 17:00–19:00 −20% from hour 4: €45.00" in words(browser(finance, TODAY).get(LIST))


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(finance: User, n: int, django_assert_num_queries: Any) -> None:
    for number in range(n):
        make_tariff(make_resource(f"R{number}"))
    client = browser(finance, TODAY)
    client.get(LIST)

    with django_assert_num_queries(4):
        assert len(client.get(LIST).context["rows"]) == n


def test_the_list_can_be_narrowed(finance: User, simulator: Resource) -> None:
    make_tariff(simulator)
    make_tariff(simulator, price_group="member")
    make_tariff(make_resource("OTHER"))
    client = browser(finance, TODAY)

    def versions(query: str) -> list[str]:
        return [row.version for row in client.get(LIST + query).context["rows"]]

    assert versions("?resource=simulàtor") == ["SI-CFD/member/2024-01-01", "SI-CFD/standard/2024-01-01"]
    assert versions("?resource=si-cfd") == ["SI-CFD/member/2024-01-01", "SI-CFD/standard/2024-01-01"]
    assert versions("?price_group=member") == ["SI-CFD/member/2024-01-01"]
    assert versions("?resource=NONE") == []
    assert versions("?page=99&resource=" + "x" * 99) == versions("")


@pytest.mark.parametrize("person", ["fanta", "gira", "manager", "technician", "pm"])
@pytest.mark.parametrize("path", [LIST, NEW])
def test_others_do_not_see_prices_and_terms(request: pytest.FixtureRequest, person: str, path: str) -> None:
    assert browser(request.getfixturevalue(person), TODAY).get(path).status_code == 403


def test_the_director_reads_but_adds_nothing(director: User, simulator: Resource) -> None:
    client = browser(director, TODAY)

    assert b"/finance/tariffs/new/" not in client.get(LIST).content
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, filled(simulator)).status_code == 403
    assert Tariff.objects.count() == 0


def test_nobody_is_sent_to_the_login_page(db: None) -> None:
    assert Client().get(LIST).status_code == 302


def test_finance_adds_a_tariff(finance: User, simulator: Resource) -> None:
    sent = filled(
        simulator, bands="MO FR 17:00-19:00 20\nSA 09:00-13:00 15.5 %", steps="4 45.00\n24 30", setup_aided=""
    )

    response = browser(finance, TODAY).post(NEW, sent)

    assert (response.status_code, response["Location"]) == (302, "/finance/tariffs/?resource=SI-CFD")
    tariff = Tariff.objects.get()
    assert (tariff.valid_from, tariff.hour, tariff.setup_aided) == (date(2027, 1, 1), Decimal("55.00"), False)
    assert tariff.bands == [
        {"days": ["MO", "FR"], "from": "17:00", "to": "19:00", "discount": "20.00"},
        {"days": ["SA"], "from": "09:00", "to": "13:00", "discount": "15.50"},
    ]
    assert tariff.steps == [{"from_hour": 4, "hour": "45.00"}, {"from_hour": 24, "hour": "30.00"}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hour": ""}, "The scheme needs its amount."),
        ({"hour": "-1"}, "Amounts are not below zero."),
        ({"hour": "1.001"}, "no more than 2 decimal places"),
        ({"scheme": "flat"}, "The scheme needs its amount."),
        ({"bands": "every day cheaper"}, "This line cannot be read: every day cheaper"),
        ({"bands": "MO 17:00-16:00 20"}, "A band ends after it begins"),
        ({"bands": "MO 16:00-18:00 20\nMO 17:00-19:00 10"}, "Two bands overlap"),
        ({"steps": "4"}, "This line cannot be read: 4"),
        ({"steps": "4 45\n4 40"}, "Two steps begin at the same hour."),
        ({"billing_step_minutes": "0"}, "greater than or equal to 1"),
        ({"resource": "999999"}, "Select a valid choice"),
        ({"valid_from": "tomorrow"}, "Enter a valid date"),
    ],
)
def test_a_bad_tariff_is_explained_and_not_added(
    finance: User, simulator: Resource, change: dict[str, str], said: str
) -> None:
    response = browser(finance, TODAY).post(NEW, {**filled(simulator), **change})

    assert response.status_code == 422
    assert said in words(response)
    assert Tariff.objects.count() == 0


def test_the_same_key_again_is_refused(finance: User, simulator: Resource) -> None:
    client = browser(finance, TODAY)
    client.post(NEW, filled(simulator))

    response = client.post(NEW, filled(simulator, hour="60.00"))

    assert response.status_code == 422
    assert Tariff.objects.get().hour == Decimal("55.00")


def test_a_copy_begins_with_everything_but_the_day(finance: User, simulator: Resource) -> None:
    make_tariff(
        simulator,
        bands=[{"days": ["MO"], "from": "17:00", "to": "19:00", "discount": "20.00"}],
        steps=[{"from_hour": 4, "hour": "45.00"}],
    )

    form = browser(finance, TODAY).get(f"{NEW}?copy=SI-CFD/standard/2024-01-01").context["form"]

    assert [form[name].value() for name in ("resource", "hour", "bands", "steps", "valid_from")] == [
        simulator.pk,
        Decimal("120.00"),
        "MO 17:00-19:00 20.00",
        "4 45.00",
        None,
    ]


@pytest.mark.parametrize("copied", ["", "x", "SI-CFD/standard/2020-01-01", "a/b/c/d", "SI-CFD", "%00"])
def test_an_unknown_copy_is_an_empty_form(finance: User, simulator: Resource, copied: str) -> None:
    assert browser(finance, TODAY).get(f"{NEW}?copy={copied}").status_code in {200, 400}


def test_lines_are_read_back_as_written() -> None:
    band = Band(frozenset({"MO", "SU"}), 0, 24 * 60, Decimal("7.50"))
    step = Step(4, Decimal("45.00"))

    assert (band_from_text(band_text(band)), step_from_text(step_text(step))) == (band, step)
