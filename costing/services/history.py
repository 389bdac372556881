"""Taking over many uses at once: the prices, commitments and charges of ordinary services, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from common.periods import Period
from companies.models import Company, User
from costing.models import AccountingPeriod, Charge, ChargeSet, Commitment, CommitmentState, Measure, Tariff, VatCode
from costing.pricing import UseFacts
from costing.queries.tariffs import STANDARD, aid_terms_for, price_group_of, price_list
from costing.rules import AidTerms, document_vat
from costing.services.periods import open_period_for
from costing.services.quotes import PricedUse, Quote, document_lines, no_tariff, operator_minutes
from costing.services.settlement import ResourceUse, commitment_of, facts_of_commitment, facts_of_line, facts_of_use
from facility.models import Resource
from projects.models import Milestone, Project


@dataclass(slots=True)
class PriceBook:
    """The price list and the aid rules, read once; it answers as `services.quotes.quote` does."""

    tariffs: dict[tuple[int, str], list[Tariff]]
    vat_codes: dict[str, VatCode]
    measures: dict[str, Measure]
    aid: dict[tuple[str, str, str, date], AidTerms] = field(default_factory=dict)
    months: dict[date, AccountingPeriod] = field(default_factory=dict)

    def quote(
        self,
        *,
        resources: Sequence[Resource],
        booked: Period,
        company: Company | None,
        project: Project | None,
        service: str,
        operator: bool,
        now: datetime,
    ) -> Quote:
        """Price a booking as of a moment.

        Raises: Unprocessable `no_tariff`.
        """
        zone = resources[0].site.tz
        on = booked.starts_at.astimezone(zone).date()
        uses = [
            PricedUse(
                resource,
                self.tariff(resource, company, on),
                UseFacts(booked, operator_minutes=operator_minutes(resource, booked, asked=operator)),
            )
            for resource in resources
        ]
        aid = self.aid_terms(company, project, service, now.astimezone(zone).date())
        return self._document(uses, aid, company)

    def settled(self, uses: Sequence[ResourceUse], *, aid: AidTerms, company: Company | None) -> Quote:
        """Price what happened, with the aid that was frozen."""
        on = uses[0].booked.starts_at.astimezone(uses[0].resource.site.tz).date()
        priced = [
            PricedUse(
                use.resource,
                self.tariff(use.resource, company, on),
                UseFacts(use.booked, use.actual, use.operator_minutes),
            )
            for use in uses
        ]
        return self._document(priced, aid, company)

    def tariff(self, resource: Resource, company: Company | None, on: date) -> Tariff:
        """Return the tariff in force on a day: that of the firm's price group, else the standard one.

        Raises: Unprocessable `no_tariff`.
        """
        for group in (price_group_of(company), STANDARD):
            for tariff in self.tariffs[resource.pk, group]:
                if tariff.valid_from <= on:
                    return tariff
        raise no_tariff(resource)

    def aid_terms(self, company: Company | None, project: Project | None, service: str, on: date) -> AidTerms:
        """Return the aid of a concession on a day; equal questions are asked once."""
        size_class = (company.size_class if company else None) or ""
        service = (project.service if project else "") or service
        key = (size_class, service, project.measure if project else "", on)
        if key not in self.aid:
            self.aid[key] = aid_terms_for(company=company, project=project, service=service, on=on)
        return self.aid[key]

    def month_of(self, on: date) -> AccountingPeriod:
        """Return the open period in which charges of a day fall."""
        month = on.replace(day=1)
        if month not in self.months:
            self.months[month] = open_period_for(month)
        return self.months[month]

    def _document(self, uses: Sequence[PricedUse], aid: AidTerms, company: Company | None) -> Quote:
        lines = document_lines(uses, aid=aid, internal=company is None, vat_codes=self.vat_codes)
        return Quote(lines, document_vat([line.base for line in lines]), aid)


def price_book() -> PriceBook:
    """Read the price list, the VAT codes and the measures (3 queries)."""
    tariffs: defaultdict[tuple[int, str], list[Tariff]] = defaultdict(list)
    for tariff in price_list():
        tariffs[tariff.resource_id, tariff.price_group].append(tariff)
    vat_codes = {code.code: code for code in VatCode.objects.all()}
    return PriceBook(tariffs, vat_codes, {measure.code: measure for measure in Measure.objects.all()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a past use ended: what happened on each resource, and who wrote it down."""

    uses: tuple[ResourceUse, ...]
    entered_by: str
    approved_by: str
    by: User | None
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A booking that was confirmed: what was quoted then, and what became of it."""

    source: str
    booking: str
    company: Company | None
    project: Project | None
    milestone: Milestone | None
    booked: Period
    quoted: Quote
    agreed_at: datetime
    released_at: datetime | None = None
    settlement: Settlement | None = None


def take_over(*, agreements: Sequence[Agreement], book: PriceBook) -> dict[str, ChargeSet]:
    """Write the commitments of agreed bookings, and the charges of those whose use has ended.

    The caller owns the transaction. Returns: the charge sets by source.
    """
    commitments = Commitment.objects.bulk_create(_commitment(one, book) for one in agreements)
    ended = [
        (one, one.settlement, commitment)
        for one, commitment in zip(agreements, commitments, strict=True)
        if one.settlement is not None
    ]
    sets = ChargeSet.objects.bulk_create(
        ChargeSet(source=one.source, created_at=settlement.at, created_by=settlement.by) for one, settlement, _ in ended
    )
    Charge.objects.bulk_create(
        (
            charge
            for charge_set, (one, settlement, commitment) in zip(sets, ended, strict=True)
            for charge in _charges(one, settlement, commitment, charge_set, book)
        ),
        batch_size=200,
    )
    return {charge_set.source: charge_set for charge_set in sets}


def _commitment(one: Agreement, book: PriceBook) -> Commitment:
    commitment = commitment_of(
        source=one.source,
        company=one.company,
        project=one.project,
        milestone=one.milestone,
        booked=one.booked,
        quote=one.quoted,
        measure=book.measures.get(one.quoted.aid.measure),
        now=one.agreed_at,
    )
    if one.released_at is not None:
        commitment.state, commitment.finished_at = CommitmentState.RELEASED, one.released_at
    elif one.settlement is not None:
        commitment.state, commitment.finished_at = CommitmentState.CONSUMED, one.settlement.at
    return commitment


def _charges(
    one: Agreement, settlement: Settlement, commitment: Commitment, charge_set: ChargeSet, book: PriceBook
) -> list[Charge]:
    priced = book.settled(settlement.uses, aid=one.quoted.aid, company=one.company)
    zone = settlement.uses[0].resource.site.tz
    ended_on = max(use.actual.ends_at for use in settlement.uses).astimezone(zone).date()
    shared = facts_of_commitment(
        commitment, period=book.month_of(ended_on), charge_set=charge_set, now=settlement.at
    ) | {
        "booking": one.booking,
        "economic_use": one.company is not None,
        "entered_by": settlement.entered_by,
        "approved_by": settlement.approved_by,
        "note": settlement.note,
    }
    by_resource = {use.resource.pk: use for use in settlement.uses}
    return [
        Charge(**shared, **facts_of_line(line), **facts_of_use(by_resource[line.resource.pk])) for line in priced.lines
    ]
