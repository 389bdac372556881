"""What a booking will cost, before it is made: several resources, one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Malformed, Unprocessable
from common.money import ZERO
from common.periods import Period
from companies.models import Company
from costing.models import ChargeKind, Service, Tariff, VatCode
from costing.pricing import PriceLine, UseFacts, price, share_of_time
from costing.queries.tariffs import aid_terms_for, price_group_of, tariffs_in_force, terms_of
from costing.rules import AidTerms, DocumentVat, VatBase, VatGroup, aided_amount, document_vat, vat_base
from costing.trace import HALF_UP_TO_CENT, TraceStep
from facility.models import OperatorNeed, Resource
from projects.models import Project


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a document before its VAT: what it is, what it is worth, who pays; with its trace."""

    kind: str
    resource: Resource
    tariff: Tariff
    quantity: Decimal
    unit: str
    unit_price: Decimal
    billed_hours: Decimal
    amount: Decimal
    aided: bool
    contribution: Decimal
    net: Decimal
    vat_code: str
    vat_nature: str
    vat_rate: Decimal
    base: VatBase
    priced: PriceLine
    trace: tuple[TraceStep, ...]

    @property
    def description(self) -> str:
        """The resource and the kind of line, in the active language."""
        return _("%(resource)s: %(kind)s") % {"resource": self.resource.name, "kind": ChargeKind(self.kind).label}


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a booking with everything that explains it; `vat` is that of the one document."""

    lines: tuple[QuoteLine, ...]
    document: DocumentVat
    aid: AidTerms

    @property
    def list_value(self) -> Decimal:
        """The sum of the lines' list values, L."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def contribution(self) -> Decimal:
        """The sum of the lines' contributions, C."""
        return sum((line.contribution for line in self.lines), ZERO)

    @property
    def net(self) -> Decimal:
        """The firm's share before VAT, N."""
        return self.document.net

    @property
    def vat(self) -> Decimal:
        """The document's VAT, V."""
        return self.document.vat

    @property
    def payable(self) -> Decimal:
        """What the firm pays, P."""
        return self.document.payable

    @property
    def intensity(self) -> Decimal:
        """The intensity in per cent that would be granted now."""
        return self.aid.intensity

    @property
    def regime(self) -> str:
        """The code of the regime, empty without aid."""
        return self.aid.regime

    @property
    def trace(self) -> list[dict[str, Any]]:
        """Every step of every line, then the VAT of the document, as stored and shown."""
        steps = [
            {"line": number, "resource": line.resource.code, **step.as_json()}
            for number, line in enumerate(self.lines, start=1)
            for step in line.trace
        ]
        return steps + [
            {"line": None, "resource": None, **_vat_step(group).as_json()} for group in self.document.groups
        ]


@dataclass(frozen=True, slots=True)
class CancellationFees:
    """What cancelling late, or not coming, would cost: never aided, net of VAT."""

    late_fee: Decimal
    no_show_fee: Decimal


@dataclass(frozen=True, slots=True)
class PricedUse:
    """A resource with its tariff and the facts to be priced."""

    resource: Resource
    tariff: Tariff
    facts: UseFacts


def quote(
    *,
    resources: Sequence[Resource],
    booked: Period,
    company: Company | None,
    project: Project | None = None,
    service: str = "",
    operator: bool = False,
    now: datetime,
) -> Quote:
    """Price a booking of one or more resources in one document; writes nothing.

    The tariff is that of the day on which the booking starts, the aid that of a concession today (site zone).
    Without a company the use is internal: price group `internal`, no aid, no VAT.
    Queries: tariffs, VAT codes, intensity; one more for a service asked for.
    Raises:  Unprocessable `no_tariff`, Malformed for an unknown service.
    """
    if service and not Service.objects.filter(code=service).exists():
        raise Malformed("invalid", _("There is no such service."), "service")
    zone = resources[0].site.tz
    uses = [
        PricedUse(
            resource, tariff, UseFacts(booked, operator_minutes=operator_minutes(resource, booked, asked=operator))
        )
        for resource, tariff in with_tariffs(resources, company=company, booked=booked)
    ]
    aid = aid_terms_for(company=company, project=project, service=service, on=now.astimezone(zone).date())
    lines = document_lines(uses, aid=aid, internal=company is None)
    return Quote(lines, document_vat([line.base for line in lines]), aid)


def with_tariffs(
    resources: Sequence[Resource], *, company: Company | None, booked: Period
) -> list[tuple[Resource, Tariff]]:
    """Pair each resource with its tariff of the day of use.

    Raises: Unprocessable `no_tariff`, naming the first resource that has none.
    """
    on = booked.starts_at.astimezone(resources[0].site.tz).date()
    ids = {resource.pk for resource in resources}
    tariffs = tariffs_in_force(price_group=price_group_of(company), on=on, resources=ids)
    for resource in resources:
        if resource.pk not in tariffs:
            raise no_tariff(resource)
    return [(resource, tariffs[resource.pk]) for resource in resources]


def no_tariff(resource: Resource) -> Unprocessable:
    """Return the refusal to price a resource that has no tariff on the day of use."""
    detail = _("%(resource)s has no tariff on that day.") % {"resource": resource.code}
    return Unprocessable("no_tariff", detail, {"resource": resource.code})


def operator_minutes(resource: Resource, booked: Period, *, asked: bool) -> Decimal:
    """Return the operator's minutes of a booking: the whole period where one is required, or possible and asked for."""
    present = resource.operator == OperatorNeed.REQUIRED or (asked and resource.operator == OperatorNeed.OPTIONAL)
    return Decimal(booked.minutes if present else 0)


def document_lines(
    uses: Sequence[PricedUse], *, aid: AidTerms, internal: bool, vat_codes: Mapping[str, VatCode] | None = None
) -> tuple[QuoteLine, ...]:
    """Price each use and split each line into contribution and share; an internal use owes no VAT.

    Who prices many documents hands over the VAT codes; else they are read here.
    """
    if vat_codes is None and not internal:
        vat_codes = {code.code: code for code in VatCode.objects.all()}
    codes = {} if internal or vat_codes is None else vat_codes
    return tuple(
        _quote_line(use, priced, aid=aid, vat_code=codes.get(priced.vat_code))
        for use in uses
        for priced in price(use.facts, terms_of(use.tariff), use.resource.site.tz).lines
    )


def _quote_line(use: PricedUse, priced: PriceLine, *, aid: AidTerms, vat_code: VatCode | None) -> QuoteLine:
    amount = aided_amount(priced.amount, intensity=aid.intensity, may_be_aided=priced.aided)
    code, nature, rate = (vat_code.code, vat_code.nature, vat_code.rate) if vat_code else ("", "", ZERO)
    return QuoteLine(
        kind=priced.kind,
        resource=use.resource,
        tariff=use.tariff,
        quantity=priced.quantity,
        unit=priced.unit,
        unit_price=priced.unit_price,
        billed_hours=priced.billed_hours,
        amount=amount.list_value,
        aided=priced.aided,
        contribution=amount.contribution,
        net=amount.net,
        vat_code=code,
        vat_nature=nature,
        vat_rate=rate,
        base=vat_base(amount, code=code, rate=rate, nature=nature, treatment=aid.vat_treatment),
        priced=priced,
        trace=(*priced.trace, *_aid_steps(amount.contribution, priced, aid)),
    )


def _aid_steps(contribution: Decimal, priced: PriceLine, aid: AidTerms) -> list[TraceStep]:
    """Write down why the contribution is what it is; nothing where no aid was in question."""
    if not aid.measure:
        return []
    inputs = {
        "list_value": str(priced.amount),
        "measure": aid.measure,
        "service": aid.service,
        "size_class": aid.size_class,
        "conceded_on": aid.conceded_on.isoformat(),
        "may_be_aided": "yes" if priced.aided else "no",
    }
    return [TraceStep("aid", str(contribution), inputs, rate=str(aid.intensity), rounding=HALF_UP_TO_CENT)]


def _vat_step(group: VatGroup) -> TraceStep:
    inputs = {"code": group.code, "taxable": str(group.taxable)}
    return TraceStep("vat", str(group.vat), inputs, rate=str(group.rate), rounding=HALF_UP_TO_CENT)


def cancellation_fees(quoted: Quote) -> CancellationFees:
    """Return the fees of a quoted booking: shares of the time parts with their minimum, by each tariff."""
    times = [line for line in quoted.lines if line.kind == ChargeKind.USE]
    return CancellationFees(
        late_fee=sum((share_of_time(line.priced, line.tariff.late_cancel_share) for line in times), ZERO),
        no_show_fee=sum((share_of_time(line.priced, line.tariff.no_show_share) for line in times), ZERO),
    )
