"""Measures, intensities and VAT codes are added as dated data; no rate stands in the code."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.transactions import writing
from costing.models import IntensityRule, Measure, VatCode

Added = TypeVar("Added", bound=Model)


@writing
def add_vat_code(*, vat_code: VatCode) -> VatCode:
    """Store a new VAT code.

    Raises: Conflict `duplicate` for a code that exists, ValidationError naming the fields that are wrong.
    """
    return _added(vat_code, code=vat_code.code)


@writing
def add_measure(*, measure: Measure) -> Measure:
    """Store a new measure; it pays nothing until it has intensities.

    Raises: Conflict `duplicate` for a code that exists, ValidationError naming the fields that are wrong.
    """
    return _added(measure, code=measure.code)


@writing
def add_intensity(*, rule: IntensityRule) -> IntensityRule:
    """Store an intensity from a day on; aid granted before keeps its own.

    Raises: Conflict `duplicate` for a key that exists, ValidationError naming the fields that are wrong.
    """
    key = {"measure": rule.measure, "service": rule.service, "size_class": rule.size_class}
    return _added(rule, valid_from=rule.valid_from, **key)


def _added(row: Added, **key: object) -> Added:
    if type(row)._default_manager.filter(**key).exists():
        raise Conflict("duplicate", _("This is there already: give another code or first day."))
    row.full_clean()
    row.save()
    return row
