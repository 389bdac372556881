"""Rows of costing for tests: VAT codes, tariffs, measures with their intensities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from common.periods import Period
from costing.models import IntensityRule, Measure, Regime, Service, Tariff, VatCode
from facility.models import Resource

ASKED = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
FIRST_DAY = date(2024, 1, 1)


def october(day: int, starts: str, ends: str) -> Period:
    """Return a period of a day of October 2026, in Rome's summer time."""
    first, last = (datetime.fromisoformat(f"2026-10-{day:02d}T{clock}:00+02:00") for clock in (starts, ends))
    return Period(first, last)


def make_vat_code(code: str = "22", rate: str = "22.00", nature: str = "") -> VatCode:
    """Return the VAT code of a code."""
    texts = {"text_it": f"IVA {code}", "text_en": f"VAT {code}"}
    return VatCode.objects.get_or_create(code=code, defaults={"rate": Decimal(rate), "nature": nature, **texts})[0]


def make_tariff(resource: Resource, *, hour: str = "120.00", **facts: Any) -> Tariff:
    """Make an hourly tariff without extras, or what the facts say."""
    plain = {"price_group": "standard", "valid_from": FIRST_DAY, "scheme": "hourly", "hour": Decimal(hour)}
    return Tariff.objects.create(**{**plain, "resource": resource, "vat_code": make_vat_code(), **facts})


def make_measure(
    code: str, *, regime: str, service: str, intensities: dict[str, str], from_day: date = FIRST_DAY, **facts: Any
) -> Measure:
    """Make a measure with its regime and the intensities of one service by size class."""
    names = {"name_it": regime, "name_en": regime, "valid_from": FIRST_DAY}
    ground, _made = Regime.objects.get_or_create(code=regime, defaults=names)
    titles = {"title_it": f"Misura {code}", "title_en": f"Measure {code}"}
    measure = Measure.objects.create(code=code, regime=ground, valid_from=from_day, **titles, **facts)
    kind, _made = Service.objects.get_or_create(code=service, defaults={"name_it": service, "name_en": service})
    for size_class, intensity in intensities.items():
        IntensityRule.objects.create(
            measure=measure, service=kind, size_class=size_class, valid_from=from_day, intensity=Decimal(intensity)
        )
    return measure


def make_aid() -> None:
    """Make the centre's standing measures for `test_before_invest`: SMEs until 2026 and from 2027, large firms."""
    service: dict[str, Any] = {"service": "test_before_invest", "is_default": True}
    small = {"micro": "100.00", "small": "100.00", "medium": "80.00"}
    make_measure("CC-SERV", regime="gber28", intensities=small, valid_to=date(2026, 12, 31), **service)
    make_measure(
        "CC-SERV27", regime="gber28", intensities=small | {"small": "70.00"}, from_day=date(2027, 1, 1), **service
    )
    make_measure("CC-DEMIN", regime="deminimis", intensities={"large": "30.00"}, **service)
