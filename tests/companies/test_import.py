"""Organisations from the catalogue: created, brought up to date, refused by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from companies.models import Company
from companies.services import import_companies

pytestmark = pytest.mark.django_db


def row(**changes: Any) -> dict[str, Any]:
    usual = {
        "key": "FANTA",
        "name": "Officine Fantasia S.r.l.",
        "type": "company",
        "size": "small",
        "headcount_awu": 38,
        "turnover_meur": 7.2,
        "balance_meur": 6.1,
        "vat_number": "IT99999010160",
        "address": {"street": "Via dei Trucioli 7", "postal_code": "24126", "city": "Bergamo", "province": "BG"},
        "price_group": None,
        "public_body": False,
    }
    return usual | changes


def test_rows_become_organisations() -> None:
    assert import_companies(rows=[row()], path="companies") == []

    company = Company.objects.get()
    assert (company.key, company.size_class, company.city, company.country) == ("FANTA", "small", "Bergamo", "IT")
    assert (company.turnover_meur, company.price_group) == (Decimal("7.200"), None)


def test_second_import_brings_up_to_date() -> None:
    import_companies(rows=[row()], path="companies")
    before = Company.objects.get()

    assert import_companies(rows=[row(name="Fantasia S.p.A.", size="medium")], path="companies") == []

    after = Company.objects.get()
    assert (after.pk, after.name, after.name_folded, after.size_class) == (
        before.pk,
        "Fantasia S.p.A.",
        "fantasia s.p.a.",
        "medium",
    )


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        (row(vat_number="IT99999010161"), "companies[1].vat_number"),
        (row(type="guild"), "companies[1].type"),
        (row(size="giant"), "companies[1].size_class"),
        (row(turnover_meur="much"), "companies[1]"),
        (row(address="Bergamo"), "companies[1]"),
        ({"key": "X"}, "companies[1].name"),
    ],
)
def test_bad_row_is_named(bad: dict[str, Any], place: str) -> None:
    errors = import_companies(rows=[row(), bad], path="companies")

    assert [error.path for error in errors] == [place]


def test_two_firms_with_one_vat_number_are_refused() -> None:
    errors = import_companies(rows=[row(), row(key="GIRA")], path="companies")

    assert [error.path for error in errors] == ["companies[1].vat_number"]
