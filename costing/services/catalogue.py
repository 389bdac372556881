"""The costing part of a catalogue file: VAT codes, regimes, services, measures, intensities, tariffs.

Each function takes the rows of one key and returns what could not be taken; the caller owns the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.errors import RowError
from common.money import ZERO
from common.rows import RowReader, imported
from companies.models import SizeClass
from costing.models import IntensityRule, Measure, Regime, Service, Tariff, VatCode
from costing.services.tariffs import TariffFacts, add_tariff, tariff_from
from costing.terms import CLOCK, WEEKDAYS, Band, Basis, Scheme, Step, TariffTerms, minute_of_day
from facility.models import Resource

Found = TypeVar("Found", bound=Model)
NOT_COMPARED = frozenset({"id"})


def import_vat_codes(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Create or change VAT codes by code."""
    return imported(rows, path, _take_vat_code)


def import_regimes(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Create or change regimes by code."""
    return imported(rows, path, _take_regime)


def import_services(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Create or change services by code."""
    return imported(rows, path, _take_service)


def import_measures(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Create or change measures by code; their regimes come first."""
    return imported(rows, path, _take_measure)


def import_intensities(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Create or change intensities by measure, service, size class and first day."""
    return imported(rows, path, _take_intensity)


def import_tariffs(*, resource: str, rows: Iterable[object], path: str) -> list[RowError]:
    """Add the tariffs of one resource; one that is there with the same terms is left alone, other terms are refused."""
    return imported(rows, path, lambda row: _take_tariff(row, resource))


def _saved(row: Model) -> None:
    row.full_clean()
    row.save()


def _of_code(model: type[Found], code: str) -> Found:
    """Return the row of a code, or a new one that has it."""
    return model._default_manager.filter(code=code).first() or model(code=code)


def _known(model: type[Found], row: RowReader, key: str) -> Found:
    """Return the row that a key names; it has to be there."""
    code = row.text(key, max_length=40)
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise row.bad(key, _("“%(code)s” is not there.") % {"code": code})
    return found


def _optional_amount(row: RowReader, key: str) -> Decimal | None:
    return row.amount(key) if row.has(key) else None


def _optional_day(row: RowReader, key: str) -> date | None:
    return row.day(key) if row.has(key) else None


def _take_vat_code(row: RowReader) -> None:
    vat_code = _of_code(VatCode, row.text("code", max_length=10))
    vat_code.rate = row.percent("rate")
    vat_code.nature = row.text("nature", max_length=6, default="")
    vat_code.text_it, vat_code.text_en = row.text("text_it", max_length=120), row.text("text_en", max_length=120)
    _saved(vat_code)


def _take_regime(row: RowReader) -> None:
    regime = _of_code(Regime, row.text("code", max_length=20))
    regime.name_it, regime.name_en = row.text("name_it", max_length=120), row.text("name_en", max_length=120)
    regime.ceiling = _optional_amount(row, "ceiling")
    regime.window_years = row.whole("window_years", minimum=1, maximum=99) if row.has("window_years") else None
    regime.per = row.choice("per", ["", *Regime.Per.values], default="")
    regime.valid_from, regime.valid_to = row.day("valid_from"), _optional_day(row, "valid_to")
    _saved(regime)


def _take_service(row: RowReader) -> None:
    service = _of_code(Service, row.text("code", max_length=40))
    service.name_it, service.name_en = row.text("name_it", max_length=120), row.text("name_en", max_length=120)
    _saved(service)


def _take_measure(row: RowReader) -> None:
    measure = _of_code(Measure, row.text("code", max_length=20))
    measure.title_it, measure.title_en = row.text("title_it", max_length=160), row.text("title_en", max_length=160)
    measure.regime = _known(Regime, row, "regime")
    measure.valid_from, measure.valid_to = row.day("valid_from"), _optional_day(row, "valid_to")
    measure.is_default = row.flag("default")
    measure.vat_treatment = row.choice("vat_treatment", Measure.VatTreatment.values, default="net")
    measure.max_per_project = _optional_amount(row, "max_per_project")
    measure.max_per_company = _optional_amount(row, "max_per_company")
    measure.budget = _optional_amount(row, "budget")
    _saved(measure)


def _take_intensity(row: RowReader) -> None:
    key = {
        "measure": _known(Measure, row, "measure"),
        "service": _known(Service, row, "service"),
        "size_class": row.choice("size_class", SizeClass.values),
        "valid_from": row.day("valid_from"),
    }
    rule = IntensityRule.objects.filter(**key).first() or IntensityRule(**key)
    rule.intensity = row.percent("intensity")
    _saved(rule)


def _take_tariff(row: RowReader, resource_code: str) -> None:
    resource = Resource.objects.filter(code=resource_code).first()
    if resource is None:
        raise row.bad("resource", _("“%(code)s” is not there.") % {"code": resource_code})
    facts = _tariff_facts(row, resource)
    stored = Tariff.objects.filter(
        resource=resource, price_group=facts.price_group, valid_from=facts.valid_from
    ).first()
    if stored is None:
        add_tariff(facts=facts)
    elif _columns(stored) != _columns(tariff_from(facts)):
        raise row.bad("valid_from", _("A tariff is never changed: give the new price a later first day."))


def _columns(tariff: Tariff) -> dict[str, Any]:
    fields = [field for field in tariff._meta.concrete_fields if field.attname not in NOT_COMPARED]
    return {field.attname: getattr(tariff, field.attname) for field in fields}


def _tariff_facts(row: RowReader, resource: Resource) -> TariffFacts:
    vat_code = _known(VatCode, row, "vat_code")
    return TariffFacts(
        resource=resource,
        price_group=row.text("price_group", max_length=20, default="standard"),
        valid_from=row.day("valid_from"),
        terms=_terms(row, vat_code),
        vat_code=vat_code,
        late_cancel_share=row.percent("late_cancel_share", default=Decimal(50)),
        no_show_share=row.percent("no_show_share", default=Decimal(100)),
        consumables_aided=row.flag("consumables_aided", default=True),
        setup_vat_code=_other_vat_code(row, "setup_vat_code"),
        operator_vat_code=_other_vat_code(row, "operator_vat_code"),
        consumables_vat_code=_other_vat_code(row, "consumables_vat_code"),
        late_cancel_vat_code=_other_vat_code(row, "late_cancel_vat_code"),
        no_show_vat_code=_other_vat_code(row, "no_show_vat_code"),
    )


def _other_vat_code(row: RowReader, key: str) -> VatCode | None:
    return _known(VatCode, row, key) if row.has(key) else None


def _terms(row: RowReader, vat_code: VatCode) -> TariffTerms:
    return TariffTerms(
        scheme=Scheme(row.choice("scheme", list(Scheme))),
        basis=Basis(row.choice("charge_basis", list(Basis), default=Basis.BOOKED_OR_OVERRUN)),
        vat_code=vat_code.code,
        hour=_optional_amount(row, "hour"),
        half_day=_optional_amount(row, "half_day"),
        day=_optional_amount(row, "day"),
        block=_optional_amount(row, "block"),
        flat=_optional_amount(row, "flat"),
        minimum_charge=row.amount("minimum_charge", default=ZERO),
        setup_fee=row.amount("setup_fee", default=ZERO),
        operator_hour=row.amount("operator_hour", default=ZERO),
        billing_step_minutes=row.whole("billing_step_minutes", minimum=1, maximum=1440, default=15),
        unused_share=row.percent("unused_share", default=Decimal(50)),
        bands=tuple(_band(band) for band in row.readers("bands")),
        steps=tuple(
            Step(step.whole("from_hour", minimum=1, maximum=10_000), step.amount("hour"))
            for step in row.readers("steps")
        ),
        setup_aided=row.flag("setup_aided", default=True),
        operator_aided=row.flag("operator_aided", default=True),
    )


def _band(row: RowReader) -> Band:
    days = row.texts("days")
    if not days or not set(days) <= set(WEEKDAYS):
        raise row.bad("days", _("A band names its weekdays: MO to SU."))
    return Band(frozenset(days), _minute(row, "from"), _minute(row, "to"), row.percent("discount"))


def _minute(row: RowReader, key: str) -> int:
    clock = row.text(key, max_length=5)
    if not re.fullmatch(CLOCK, clock):
        raise row.bad(key, _("Write a time as HH:MM."))
    return minute_of_day(clock)
