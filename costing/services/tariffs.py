"""Tariffs are added, never changed: a new price is a new tariff from a later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.transactions import writing
from costing.models import Tariff, VatCode
from costing.terms import TariffTerms, stored_band, stored_step, terms_problems
from facility.models import Resource

#: What may bear another VAT code than the time.
OTHER_VAT_CODES = (
    "setup_vat_code",
    "operator_vat_code",
    "consumables_vat_code",
    "late_cancel_vat_code",
    "no_show_vat_code",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffFacts:
    """A tariff to be added: key, terms, and what only other lines need. A VAT code left out is `vat_code`."""

    resource: Resource
    price_group: str
    valid_from: date
    terms: TariffTerms
    vat_code: VatCode
    late_cancel_share: Decimal = Decimal("50.00")
    no_show_share: Decimal = Decimal("100.00")
    consumables_aided: bool = True
    setup_vat_code: VatCode | None = None
    operator_vat_code: VatCode | None = None
    consumables_vat_code: VatCode | None = None
    late_cancel_vat_code: VatCode | None = None
    no_show_vat_code: VatCode | None = None


@writing
def add_tariff(*, facts: TariffFacts) -> Tariff:
    """Add a tariff; it counts from its day on, until the next of the same resource and group.

    Raises: Conflict `duplicate` for a key that exists, ValidationError naming the fields that are wrong.
    """
    same_key = {"price_group": facts.price_group, "valid_from": facts.valid_from}
    if Tariff.objects.filter(resource=facts.resource, **same_key).exists():
        raise Conflict("duplicate", _("This resource and group have a tariff from that day already."))
    problems: dict[str, list[str]] = {}
    for problem in terms_problems(facts.terms):
        problems.setdefault(problem.field, []).append(str(problem.detail))
    if problems:
        raise ValidationError(problems)
    tariff = tariff_from(facts)
    tariff.full_clean()
    tariff.save()
    return tariff


def tariff_from(facts: TariffFacts) -> Tariff:
    """Return the row that facts describe, not stored."""
    terms = facts.terms
    return Tariff(
        resource=facts.resource,
        price_group=facts.price_group,
        valid_from=facts.valid_from,
        scheme=terms.scheme,
        hour=terms.hour,
        half_day=terms.half_day,
        day=terms.day,
        block=terms.block,
        flat=terms.flat,
        minimum_charge=terms.minimum_charge,
        setup_fee=terms.setup_fee,
        operator_hour=terms.operator_hour,
        charge_basis=terms.basis,
        billing_step_minutes=terms.billing_step_minutes,
        unused_share=terms.unused_share,
        late_cancel_share=facts.late_cancel_share,
        no_show_share=facts.no_show_share,
        bands=[stored_band(band) for band in terms.bands],
        steps=[stored_step(step) for step in terms.steps],
        vat_code=facts.vat_code,
        setup_vat_code=facts.setup_vat_code,
        operator_vat_code=facts.operator_vat_code,
        consumables_vat_code=facts.consumables_vat_code,
        late_cancel_vat_code=facts.late_cancel_vat_code,
        no_show_vat_code=facts.no_show_vat_code,
        setup_aided=terms.setup_aided,
        operator_aided=terms.operator_aided,
        consumables_aided=facts.consumables_aided,
    )
