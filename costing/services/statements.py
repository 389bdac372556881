"""The documents of a month: one per firm, numbered without gaps, with the VAT of each line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Max

from common.money import ZERO
from common.text import fold
from companies.models import Company
from costing.models import AccountingPeriod, Charge, Statement, StatementLine
from costing.queries.ledger import VAT_FACTS, vat_bases
from costing.rules import document_vat


def issue_statements(*, period: AccountingPeriod, issued_on: date) -> list[Statement]:
    """Issue one statement per firm that has charges in a month, numbered on from the year's last, by firm's name.

    The caller holds the period's lock; months close in order, so nobody else is numbering that year.
    """
    facts = Charge.objects.filter(period=period, company__isnull=False).order_by("company_id", "pk")
    by_company = groupby(facts.values_list(*VAT_FACTS), key=lambda fact: fact[1])
    charges: dict[int, list[tuple[Any, ...]]] = {company_id: list(rows) for company_id, rows in by_company}
    companies = sorted(Company.objects.filter(pk__in=charges), key=lambda company: (fold(company.name), company.pk))
    year = period.month.year
    last = Statement.objects.filter(year=year).aggregate(last=Max("sequence"))["last"] or 0
    issued = []
    for sequence, company in enumerate(companies, start=last + 1):
        statement, lines = _document(charges[company.pk], company)
        statement.year, statement.sequence, statement.issued_on = year, sequence, issued_on
        statement.period, statement.period_version = period, period.version
        statement.save(force_insert=True)
        StatementLine.objects.bulk_create(lines, batch_size=2000)
        issued.append(statement)
    return issued


def _document(charges: list[tuple[Any, ...]], company: Company) -> tuple[Statement, list[StatementLine]]:
    """Return a firm's document and its lines, one to one with its charges in the order of their ids."""
    document = document_vat(vat_bases(charges))
    nets: list[Decimal] = [charge[4] for charge in charges]
    statement = Statement(
        company=company,
        company_name=company.name,
        vat_number=company.vat_number,
        tax_code=company.tax_code,
        list_value=sum((charge[2] for charge in charges), ZERO),
        contribution=sum((charge[3] for charge in charges), ZERO),
        net=document.net,
        vat=document.vat,
        payable=document.payable,
    )
    lines = [
        StatementLine(statement=statement, charge_id=charge[0], line_no=line_no, vat=vat, payable=net + vat)
        for line_no, (charge, net, vat) in enumerate(zip(charges, nets, document.lines, strict=True), start=1)
    ]
    return statement, lines
