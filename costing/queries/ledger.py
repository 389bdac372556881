"""Reads of the ledger: a period's lines, their VAT and their sums."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from common.money import ZERO, to_cents
from common.text import fold
from companies.models import User
from costing.lines import LedgerRow
from costing.models import (
    AccountingPeriod,
    Charge,
    ChargeKind,
    PeriodState,
    StatementLine,
)
from costing.rules import AidedAmount, VatBase, document_vat, vat_base

ROWS_AT_ONCE = 2000
VAT_FACTS = (
    "pk", "company_id", "list_value", "contribution", "net", "vat_code", "vat_rate", "vat_nature", "vat_treatment",
)  # fmt: skip
# what a line calls as the charge does
SAME_FACTS = (
    "kind", "company_name", "vat_number", "tax_code", "size_class", "recipient", "project_code", "project_title", "cup",
    "work_package", "trl", "resource_code", "resource_name", "resource_kind", "area_code", "cost_centre", "operator",
    "booked_start", "booked_end", "billed_hours", "economic_use", "unit", "unit_price", "tariff_version", "list_value",
    "regime", "cor", "intensity", "contribution", "cap_reason", "net", "vat_code", "vat_rate", "note", "entered_by",
    "approved_by",
)  # fmt: skip
LINE_FACTS = (
    *SAME_FACTS, "pk", "reverses_id", "reverses__kind", "alt_identifier", "measure_code", "milestone_code",
    "started_at", "ended_at", "statement_line__vat", "statement_line__statement__year",
    "statement_line__statement__sequence",
    "statement_line__statement__issued_on",
)  # fmt: skip
# the kinds of lines that stand for time on the resource; the others share it and would count it twice
BOOKED_KINDS = frozenset({ChargeKind.USE, ChargeKind.NO_SHOW})
USED_KINDS = frozenset({ChargeKind.USE})


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines of a period; empty fields let all pass."""

    company_id: int | None = None
    project_code: str = ""
    resource_code: str = ""
    kind: str = ""

    def applied(self, charges: QuerySet[Charge]) -> QuerySet[Charge]:
        """Return the charges that pass."""
        wanted = {
            "company_id": self.company_id,
            "project_code": self.project_code,
            "resource_code": self.resource_code,
            "kind": self.kind,
        }
        return charges.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """What the database sums up of some charges; `vat` is that of their documents, provisional until the close."""

    lines: int = 0
    list_value: Decimal = ZERO
    contribution: Decimal = ZERO
    net: Decimal = ZERO
    billed_hours: Decimal = ZERO
    vat: Decimal = ZERO

    @property
    def payable(self) -> Decimal:
        """Net plus VAT."""
        return self.net + self.vat


def charges_of(period: AccountingPeriod, wanted: LineFilter | None = None) -> QuerySet[Charge]:
    """Return a period's charges by id, with what a list of them shows."""
    rows = (wanted or LineFilter()).applied(Charge.objects.filter(period=period))
    return rows.select_related("company", "statement_line__statement").defer("trace").order_by("pk")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the charges of a period can be narrowed by: companies by id and name, codes, kinds."""

    companies: list[tuple[int, str]]
    projects: list[str]
    resources: list[str]
    kinds: list[str]


def choices_of(period: AccountingPeriod) -> Choices:
    """Return what occurs in a period; one query."""
    rows = list(
        Charge.objects.filter(period=period)
        .order_by()
        .values_list("company_id", "company__name", "project_code", "resource_code", "kind")
        .distinct()
    )
    companies = {company_id: name for company_id, name, *_codes in rows if name}
    return Choices(
        companies=sorted(companies.items(), key=lambda item: (fold(item[1]), item[0])),
        projects=sorted({project for _id, _name, project, _resource, _kind in rows if project}),
        resources=sorted({resource for _id, _name, _project, resource, _kind in rows if resource}),
        kinds=sorted({kind for *_others, kind in rows}),
    )


def provisional_vat(period: AccountingPeriod, companies: Collection[int] | None = None) -> dict[int, Decimal]:
    """Return the VAT of each charge of a period not yet closed, by charge id, as if it closed now; one query.

    The same function issues the statements: a firm's charges of the month are one document. `companies` limits the
    answer to some firms' documents.
    """
    charges = Charge.objects.filter(period=period)
    if companies is not None:
        charges = charges.filter(company_id__in=companies)
    facts = charges.order_by("company_id", "pk").values_list(*VAT_FACTS)
    shares: dict[int, Decimal] = {}
    for _company, rows in groupby(facts.iterator(chunk_size=ROWS_AT_ONCE), key=lambda row: row[1]):
        lines = list(rows)
        shares.update(zip((line[0] for line in lines), document_vat(vat_bases(lines)).lines, strict=True))
    return shares


def vat_bases(lines: Iterable[Sequence[Any]]) -> list[VatBase]:
    """Return the bases of VAT of charges read as `VAT_FACTS`; a charge without a firm owes none."""
    return [
        vat_base(
            AidedAmount(list_value, contribution, net),
            code=code,
            rate=rate if company_id is not None else ZERO,
            nature=nature,
            treatment=treatment,
        )
        for _pk, company_id, list_value, contribution, net, code, rate, nature, treatment in lines
    ]


def vat_of_charges(charges: Collection[Charge]) -> dict[int, Decimal]:
    """Return each charge's VAT by id: that of its statement line, else the provisional one; a query per open period."""
    shares: dict[int, Decimal] = {}
    waiting: dict[int, set[int]] = {}
    for charge in charges:
        line = getattr(charge, "statement_line", None)
        if line is not None:
            shares[charge.pk] = line.vat
        elif charge.company_id is None:
            shares[charge.pk] = ZERO
        else:
            waiting.setdefault(charge.period_id, set()).add(charge.company_id)
    for period_id, companies in waiting.items():
        shares.update(provisional_vat(AccountingPeriod(pk=period_id), companies))
    return shares


def charges_for(user: User, wanted: LineFilter, *, month: date | None = None) -> QuerySet[Charge]:
    """Return the charges that a person may see, newest first, with what a list of them shows."""
    rows = wanted.applied(Charge.objects.visible_to(user))
    if month is not None:
        rows = rows.filter(period__month=month)
    return rows.select_related("period", "statement_line__statement").order_by("-pk")


def ledger_rows(period: AccountingPeriod, zone: ZoneInfo, wanted: LineFilter | None = None) -> Iterator[LedgerRow]:
    """Yield a period's lines by charge id, numbered from 1; memory stays bounded.

    Charges and statement lines never change, so a closed period's lines are always the same. Internal costs are empty
    until cost sheets exist.
    """
    closed = period.state == PeriodState.CLOSED
    shares = {} if closed else provisional_vat(period)
    charges = (wanted or LineFilter()).applied(Charge.objects.filter(period=period)).order_by("pk")
    facts = charges.values(*LINE_FACTS).iterator(chunk_size=ROWS_AT_ONCE)
    # a charge written since the shares were computed belongs to the next reading
    known = (fact for fact in facts if closed or fact["pk"] in shares)
    for number, fact in enumerate(known, start=1):
        vat = fact["statement_line__vat"] if closed else shares[fact["pk"]]
        yield _row(fact, number, period, ZERO if vat is None else vat)


def _row(fact: Mapping[str, Any], number: int, period: AccountingPeriod, vat: Decimal) -> LedgerRow:
    year, sequence = fact["statement_line__statement__year"], fact["statement_line__statement__sequence"]
    return LedgerRow(
        line_no=number,
        period=period.code,
        period_state=period.state,
        charge_id=fact["pk"],
        reverses=fact["reverses_id"],
        document_no=f"{year}/{sequence:05d}" if sequence else "",
        document_date=fact["statement_line__statement__issued_on"],
        alternative_identifier=fact["alt_identifier"],
        call=fact["measure_code"],
        milestone=fact["milestone_code"],
        booked_hours=_hours(fact, BOOKED_KINDS, "booked_start", "booked_end"),
        actual_start=fact["started_at"],
        actual_end=fact["ended_at"],
        actual_hours=_hours(fact, USED_KINDS, "started_at", "ended_at"),
        vat=vat,
        payable=fact["net"] + vat,
        internal_hour_cost=None,
        internal_cost=None,
        margin=None,
        **{name: fact[name] for name in SAME_FACTS},
    )


def _hours(fact: Mapping[str, Any], kinds: frozenset[ChargeKind], start: str, end: str) -> Decimal:
    """Return the hours of a line that stands for time on the resource; a reversal takes its original's back."""
    sign = -1 if fact["kind"] == ChargeKind.REVERSAL else 1
    kind = fact["reverses__kind"] if sign < 0 else fact["kind"]
    if kind not in kinds or fact[start] is None or fact[end] is None:
        return ZERO
    seconds = (fact[end] - fact[start]) // timedelta(seconds=1)
    return to_cents(Decimal(sign * seconds) / 3600)


def ledger_sums(period: AccountingPeriod, wanted: LineFilter | None = None) -> LedgerSums:
    """Return what the database sums up of a period's charges, and the VAT of their documents."""
    charges = (wanted or LineFilter()).applied(Charge.objects.filter(period=period))
    sums = charges.aggregate(
        lines=Count("pk"),
        list_value=Coalesce(Sum("list_value"), ZERO),
        contribution=Coalesce(Sum("contribution"), ZERO),
        net=Coalesce(Sum("net"), ZERO),
        billed_hours=Coalesce(Sum("billed_hours"), ZERO),
    )
    if period.state == PeriodState.CLOSED:
        lines = StatementLine.objects.filter(charge__in=charges.order_by())
        vat = lines.aggregate(vat=Coalesce(Sum("vat"), ZERO))["vat"]
    else:
        shares = provisional_vat(period)
        vat = sum((shares[pk] for pk in charges.values_list("pk", flat=True)), ZERO)
    return LedgerSums(**sums, vat=vat)
