"""The costing part of a catalogue file: the real one comes in whole, bad rows are named with their place."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from costing.models import IntensityRule, Measure, Regime, Service, Tariff, VatCode
from costing.services.catalogue import (
    import_intensities,
    import_measures,
    import_regimes,
    import_services,
    import_tariffs,
    import_vat_codes,
)
from tests.catalogue import make_resource
from tests.costing.rows import make_measure, make_vat_code

pytestmark = pytest.mark.django_db

VAT_ROW = {"code": "22", "rate": "22.00", "nature": None, "text_it": "Ordinaria", "text_en": "Ordinary", "mark": "x"}
REGIME_ROW = {
    "code": "gber28",
    "name_it": "Art. 28",
    "name_en": "Art. 28",
    "ceiling": "220000.00",
    "window_years": 3,
    "per": "company",
    "valid_from": "2023-07-01",
    "valid_to": None,
}
SERVICE_ROW = {"code": "ip_advice", "name_it": "Proprietà intellettuale", "name_en": "Intellectual property"}
MEASURE_ROW = {
    "code": "CC-SERV",
    "title_it": "Servizi",
    "title_en": "Services",
    "regime": "gber28",
    "valid_from": "2024-01-01",
    "valid_to": "2026-12-31",
    "vat_treatment": "net",
    "max_per_project": "60000.00",
    "max_per_company": None,
    "budget": "3000000.00",
    "default": True,
}
INTENSITY_ROW = {
    "measure": "CC-SERV",
    "service": "ip_advice",
    "size_class": "small",
    "valid_from": "2024-01-01",
    "intensity": "70.00",
}
TARIFF_ROW: dict[str, Any] = {
    "price_group": "standard",
    "valid_from": "2024-01-01",
    "scheme": "hourly",
    "hour": "55.00",
    "bands": [{"days": ["MO", "FR"], "from": "17:00", "to": "19:00", "discount": "20.00"}],
    "steps": [{"from_hour": 4, "hour": "45.00"}],
    "setup_fee": "0.00",
    "vat_code": "22",
    "late_cancel_share": "50.00",
    "no_show_share": "100.00",
    "charge_basis": "booked_or_overrun",
    "billing_step_minutes": 15,
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def place_and_reason(errors: list[Any]) -> list[tuple[str, str]]:
    return [(error.path, str(error.reason)) for error in errors]


def test_everything_comes_in_and_a_second_time_changes_nothing() -> None:
    make_resource("SI-CFD")
    for _time in range(2):
        assert import_vat_codes(rows=[VAT_ROW], path="vat_codes") == []
        assert import_regimes(rows=[REGIME_ROW], path="regimes") == []
        assert import_services(rows=[SERVICE_ROW], path="services") == []
        assert import_measures(rows=[MEASURE_ROW], path="measures") == []
        assert import_intensities(rows=[INTENSITY_ROW], path="intensities") == []
        assert import_tariffs(resource="SI-CFD", rows=[TARIFF_ROW], path="resources[0].tariffs") == []

    rule, tariff = IntensityRule.objects.get(), Tariff.objects.get()
    assert (rule.measure.regime.code, rule.service.code, rule.intensity) == ("gber28", "ip_advice", Decimal("70.00"))
    assert (rule.measure.is_default, rule.measure.max_per_project, rule.measure.max_per_company) == (
        True,
        Decimal("60000.00"),
        None,
    )
    assert (tariff.hour, tariff.operator_hour, tariff.bands, tariff.steps) == (
        Decimal("55.00"),
        Decimal("0.00"),
        [{"days": ["MO", "FR"], "from": "17:00", "to": "19:00", "discount": "20.00"}],
        [{"from_hour": 4, "hour": "45.00"}],
    )
    assert [model.objects.count() for model in (VatCode, Regime, Service, Measure)] == [1, 1, 1, 1]


def test_other_rows_change_but_a_tariff_never() -> None:
    make_resource("SI-CFD")
    import_vat_codes(rows=[VAT_ROW], path="vat_codes")
    import_tariffs(resource="SI-CFD", rows=[TARIFF_ROW], path="tariffs")

    assert import_vat_codes(rows=[{**VAT_ROW, "text_it": "IVA 22 %"}], path="vat_codes") == []
    errors = import_tariffs(resource="SI-CFD", rows=[{**TARIFF_ROW, "hour": "56.00"}], path="tariffs")

    assert place_and_reason(errors) == [
        ("tariffs[0].valid_from", "A tariff is never changed: give the new price a later first day.")
    ]
    assert (VatCode.objects.get().text_it, Tariff.objects.get().hour) == ("IVA 22 %", Decimal("55.00"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"hour": None}, ".hour"),
        ({"hour": "55"}, None),
        ({"hour": "55.001"}, ".hour"),
        ({"hour": 55.0}, ".hour"),
        ({"hour": "-1.00"}, ".hour"),
        ({"scheme": "daily", "bands": [], "steps": []}, ".block"),
        ({"scheme": "units", "bands": []}, ".steps"),
        ({"scheme": "weekly"}, ".scheme"),
        ({"charge_basis": "guessed"}, ".charge_basis"),
        ({"vat_code": "99"}, ".vat_code"),
        ({"setup_vat_code": "99"}, ".setup_vat_code"),
        ({"price_group": "x" * 21}, ".price_group"),
        ({"valid_from": "2024-02-30"}, ".valid_from"),
        ({"billing_step_minutes": 0}, ".billing_step_minutes"),
        ({"late_cancel_share": "101.00"}, ".late_cancel_share"),
        ({"bands": [{"days": ["MO"], "from": "19:00", "to": "17:00", "discount": "20.00"}]}, ".bands"),
        ({"bands": [{"days": ["MO"], "from": "9:00", "to": "17:00", "discount": "20.00"}]}, ".bands[0].from"),
        ({"bands": [{"days": ["XX"], "from": "09:00", "to": "17:00", "discount": "20.00"}]}, ".bands[0].days"),
        ({"bands": TARIFF_ROW["bands"] * 2}, ".bands"),
        ({"steps": TARIFF_ROW["steps"] * 2}, ".steps"),
        ({"steps": [{"from_hour": 0, "hour": "1.00"}]}, ".steps[0].from_hour"),
    ],
)
def test_a_bad_tariff_is_named_with_its_place(change: dict[str, Any], place: str | None) -> None:
    make_resource("SI-CFD")
    make_vat_code()

    errors = import_tariffs(resource="SI-CFD", rows=[{**TARIFF_ROW, **change}], path="tariffs")

    assert {error.path for error in errors} == ({f"tariffs[0]{place}"} if place else set())
    assert Tariff.objects.count() == (0 if place else 1)


def test_what_a_row_names_has_to_be_there() -> None:
    make_measure("CC-SERV", regime="gber28", service="ip_advice", intensities={})

    assert [
        place_and_reason(import_measures(rows=[{**MEASURE_ROW, "regime": "gber99"}], path="measures")),
        place_and_reason(import_intensities(rows=[{**INTENSITY_ROW, "service": "magic"}], path="intensities")),
        place_and_reason(import_tariffs(resource="NO-SUCH", rows=[TARIFF_ROW], path="tariffs")),
    ] == [
        [("measures[0].regime", "“gber99” is not there.")],
        [("intensities[0].service", "“magic” is not there.")],
        [("tariffs[0].resource", "“NO-SUCH” is not there.")],
    ]


@pytest.mark.parametrize("row", [None, 7, "text", [], {}, {"code": 3}, {"code": "a\x00"}])
def test_rows_of_impossible_shapes_are_refused(row: object) -> None:
    for take, path in (
        (import_vat_codes, "vat_codes"),
        (import_regimes, "regimes"),
        (import_services, "services"),
        (import_measures, "measures"),
        (import_intensities, "intensities"),
    ):
        assert len(take(rows=[row], path=path)) >= 1
