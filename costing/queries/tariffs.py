"""Which tariff, which aid: the dated look-ups behind every price."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from companies.models import Company
from costing.models import IntensityRule, Measure, Tariff, VatCode
from costing.rules import AidTerms, no_aid
from costing.terms import Basis, Scheme, TariffTerms, band_of, step_of
from projects.models import Project

STANDARD, INTERNAL = "standard", "internal"


def price_group_of(company: Company | None) -> str:
    """Return a firm's price group: set by hand, else its size class, else `standard`; `internal` without a firm."""
    if company is None:
        return INTERNAL
    return company.price_group or company.size_class or STANDARD


def tariffs_in_force(*, price_group: str, on: date, resources: Collection[int] | None = None) -> dict[int, Tariff]:
    """Return the tariff of each resource, by its id, for a price group on a day; one query.

    A group that has none that day falls back to `standard`; a resource without any is left out.
    Without `resources` the whole price list.
    """
    rows = (
        Tariff.objects.filter(price_group__in={price_group, STANDARD}, valid_from__lte=on)
        .select_related("resource", "vat_code", "setup_vat_code", "operator_vat_code")
        .order_by("resource_id", "price_group", "-valid_from")
        .distinct("resource_id", "price_group")
    )
    if resources is not None:
        rows = rows.filter(resource_id__in=resources)
    found: dict[int, Tariff] = {}
    for tariff in rows:
        if tariff.resource_id not in found or tariff.price_group == price_group:
            found[tariff.resource_id] = tariff
    return found


def tariff_for(resource_id: int, *, price_group: str, on: date) -> Tariff | None:
    """Return the tariff of one resource for a price group on a day, or None."""
    return tariffs_in_force(price_group=price_group, on=on, resources=[resource_id]).get(resource_id)


def price_list() -> QuerySet[Tariff]:
    """Return every tariff with what a list of them shows: by resource, group, newest first."""
    return Tariff.objects.select_related(
        "resource",
        "vat_code",
        "setup_vat_code",
        "operator_vat_code",
        "consumables_vat_code",
        "late_cancel_vat_code",
        "no_show_vat_code",
    ).order_by("resource__code", "price_group", "-valid_from", "pk")


def price_list_on(on: date) -> QuerySet[Tariff]:
    """Return the price list, each tariff with `replaced`: a newer one of its resource and group counts on that day."""
    newer = Tariff.objects.filter(
        resource=OuterRef("resource"),
        price_group=OuterRef("price_group"),
        valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=on,
    )
    return price_list().annotate(replaced=Exists(newer))


def tariff_version(tariff: Tariff) -> str:
    """Return a tariff's stable name, copied on every charge: `RB-COB1/standard/2024-01-01`."""
    return f"{tariff.resource.code}/{tariff.price_group}/{tariff.valid_from:%Y-%m-%d}"


def tariff_by_version(version: str) -> Tariff | None:
    """Return the tariff of a version's name, or None."""
    code, _first, rest = version.partition("/")
    price_group, _second, day = rest.partition("/")
    try:
        valid_from = date.fromisoformat(day)
    except ValueError:
        return None
    return price_list().filter(resource__code=code, price_group=price_group, valid_from=valid_from).first()


def terms_of(tariff: Tariff) -> TariffTerms:
    """Return a tariff as the pricing needs it."""
    return TariffTerms(
        scheme=Scheme(tariff.scheme),
        basis=Basis(tariff.charge_basis),
        vat_code=tariff.vat_code.code,
        hour=tariff.hour,
        half_day=tariff.half_day,
        day=tariff.day,
        block=tariff.block,
        flat=tariff.flat,
        minimum_charge=tariff.minimum_charge,
        setup_fee=tariff.setup_fee,
        operator_hour=tariff.operator_hour,
        billing_step_minutes=tariff.billing_step_minutes,
        unused_share=tariff.unused_share,
        bands=tuple(band_of(band) for band in tariff.bands),
        steps=tuple(step_of(step) for step in tariff.steps),
        setup_vat_code=(tariff.setup_vat_code or tariff.vat_code).code,
        operator_vat_code=(tariff.operator_vat_code or tariff.vat_code).code,
        setup_aided=tariff.setup_aided,
        operator_aided=tariff.operator_aided,
    )


def aid_terms_for(*, company: Company | None, project: Project | None, service: str, on: date) -> AidTerms:
    """Return the aid that a concession on a day would freeze; one query, none without service or size class.

    A project brings its service, else the one asked for counts. The project's measure comes first, when it is in force
    that day and has an intensity for the service and the firm's size class; else a default measure that has.
    Source:  docs/pricing.md, section 4.
    """
    service = (project.service if project else "") or service
    size_class = (company.size_class if company else None) or ""
    if not service or not size_class:
        return no_aid(size_class=size_class, conceded_on=on)
    own = project.measure if project else ""
    rules = (
        IntensityRule.objects.filter(service__code=service, size_class=size_class, valid_from__lte=on)
        .filter(Q(measure__code=own) | Q(measure__is_default=True))
        .filter(_in_force(on))
        .select_related("measure__regime")
        .order_by("-measure__valid_from", "measure__code", "-valid_from")
    )
    rule = min(rules, key=lambda row: row.measure.code != own, default=None)
    if rule is None:
        return no_aid(size_class=size_class, conceded_on=on)
    measure = rule.measure
    return AidTerms(
        measure.code, service, measure.regime.code, size_class, rule.intensity, measure.vat_treatment, conceded_on=on
    )


def _in_force(on: date) -> Q:
    return Q(measure__valid_from__lte=on) & (Q(measure__valid_to__isnull=True) | Q(measure__valid_to__gte=on))


def measures() -> QuerySet[Measure]:
    """Return the measures with their regimes, by code."""
    return Measure.objects.select_related("regime").order_by("code")


def intensities() -> QuerySet[IntensityRule]:
    """Return the intensities with measure and service, newest first within their key."""
    return IntensityRule.objects.select_related("measure", "service").order_by(
        "measure__code", "service__code", "size_class", "-valid_from", "pk"
    )


def vat_codes() -> QuerySet[VatCode]:
    """Return the VAT codes, by code."""
    return VatCode.objects.order_by("code")
