"""Aid and VAT of lines and documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from costing.rules import AidedAmount, VatBase, aided_amount, document_vat, vat_base


@pytest.mark.parametrize(
    ("list_value", "intensity", "may_be_aided", "contribution", "net"),
    [
        ("33.35", "30.00", True, "10.01", "23.34"),
        ("33.35", "30.00", False, "0.00", "33.35"),
        ("0.01", "50.00", True, "0.01", "0.00"),
        ("100.00", "0.00", True, "0.00", "100.00"),
        ("-33.35", "30.00", True, "-10.01", "-23.34"),
    ],
)
def test_aided_amount(list_value: str, intensity: str, may_be_aided: bool, contribution: str, net: str) -> None:
    result = aided_amount(Decimal(list_value), intensity=Decimal(intensity), may_be_aided=may_be_aided)

    assert result == AidedAmount(Decimal(list_value), Decimal(contribution), Decimal(net))


def base(net: str, code: str = "22", rate: str = "22.00", nature: str = "") -> VatBase:
    return VatBase(Decimal(net), Decimal(net), code, Decimal(rate), nature)


def test_vat_is_shared_by_largest_remainder_and_ties_go_to_the_earlier_line() -> None:
    result = document_vat([base("33.33"), base("33.33"), base("33.33")])

    assert result.lines == (Decimal("7.34"), Decimal("7.33"), Decimal("7.33"))


def test_each_vat_code_is_a_group_of_its_own() -> None:
    result = document_vat(
        [base("10.02"), base("5.00", "N2.2", "0.00", "N2.2"), base("10.02"), base("1.00", "N4", "0.00", "N4")]
    )

    assert [(group.code, group.net, group.vat, group.payable) for group in result.groups] == [
        ("22", Decimal("20.04"), Decimal("4.41"), Decimal("24.45")),
        ("N2.2", Decimal("5.00"), Decimal("0.00"), Decimal("5.00")),
        ("N4", Decimal("1.00"), Decimal("0.00"), Decimal("1.00")),
    ]
    assert result.lines == (Decimal("2.21"), Decimal("0.00"), Decimal("2.20"), Decimal("0.00"))


def test_a_reversal_takes_back_exactly_its_vat() -> None:
    charged = document_vat([base("12.35")])
    reversed_ = document_vat([base("-12.35")])

    assert (charged.vat, reversed_.vat) == (Decimal("2.72"), Decimal("-2.72"))


def test_full_treatment_taxes_the_list_value() -> None:
    amount = aided_amount(Decimal("900.00"), intensity=Decimal("80.00"), may_be_aided=True)

    result = document_vat([vat_base(amount, code="22", rate=Decimal("22.00"), nature="", treatment="full")])

    assert (result.net, result.vat, result.payable) == (Decimal("180.00"), Decimal("198.00"), Decimal("378.00"))


def test_a_document_without_lines_is_zero() -> None:
    result = document_vat([])

    assert (result.lines, result.groups, result.payable) == ((), (), Decimal("0.00"))
