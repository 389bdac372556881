"""Closing a month: what keeps it open, what it issues, what it seals, and what nobody can do afterwards."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import Conflict
from companies.models import Company, User
from costing.lines import KEYS
from costing.models import AccountingPeriod, Charge, PeriodFile, Statement, StatementLine
from costing.services.periods import close_period, keep_months, open_period_for, review_period
from tests.costing.charges import NOVEMBER_3, OCTOBER, make_charge, make_commitment, make_month

pytestmark = pytest.mark.django_db
ROME_MIDNIGHT = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)  # 1 November, 00:00 in Rome, winter time


def closed(month: date, by: User, now: datetime = NOVEMBER_3) -> AccountingPeriod:
    return close_period(period=make_month(month), by=by, now=now)


def conflict_of(period: AccountingPeriod, by: User, now: datetime = NOVEMBER_3) -> Conflict:
    with pytest.raises(Conflict) as refused:
        close_period(period=period, by=by, now=now)
    return refused.value


def test_close_issues_one_statement_per_company(fanta_company: Company, gira_company: Company, finance: User) -> None:
    period = make_month()
    for company, net in (
        (gira_company, "50.00"),
        (fanta_company, "33.33"),
        (fanta_company, "33.33"),
        (fanta_company, "33.33"),
    ):
        make_charge(period, company, net)

    close_period(period=period, by=finance, now=NOVEMBER_3)

    statements = Statement.objects.order_by("sequence")
    assert [(one.number, one.company, one.net, one.vat, one.payable) for one in statements] == [
        ("2026/00001", gira_company, Decimal("50.00"), Decimal("11.00"), Decimal("61.00")),
        ("2026/00002", fanta_company, Decimal("99.99"), Decimal("22.00"), Decimal("121.99")),
    ]
    assert [one.issued_on for one in statements] == [date(2026, 11, 3)] * 2
    lines = StatementLine.objects.filter(statement=statements[1]).order_by("line_no")
    assert [(line.line_no, line.vat, line.payable) for line in lines] == [
        (1, Decimal("7.34"), Decimal("40.67")),
        (2, Decimal("7.33"), Decimal("40.66")),
        (3, Decimal("7.33"), Decimal("40.66")),
    ]


def test_close_stamps_the_period(fanta_company: Company, finance: User) -> None:
    period = make_month()
    make_charge(period, fanta_company)

    close_period(period=period, by=finance, now=NOVEMBER_3)

    period.refresh_from_db()
    assert (period.state, period.version, period.closed_at, period.closed_by) == ("closed", 1, NOVEMBER_3, finance)


def test_internal_use_is_in_the_ledger_but_on_no_document(finance: User) -> None:
    period = make_month()
    make_charge(period, None, "40.00", economic_use=False)

    close_period(period=period, by=finance, now=NOVEMBER_3)

    assert Statement.objects.count() == 0
    row = dict(zip(KEYS, canonical(period)[1], strict=True))
    assert (row["document_no"], row["net"], row["vat"], row["payable"]) == ("", "40.00", "0.00", "40.00")


def test_numbers_go_on_through_the_year_without_gaps(
    fanta_company: Company, gira_company: Company, finance: User
) -> None:
    for month in (date(2026, 9, 1), OCTOBER, date(2026, 12, 1), date(2027, 1, 1)):
        period = make_month(month)
        make_charge(period, gira_company)
        make_charge(period, fanta_company)
    for month in (date(2026, 9, 1), OCTOBER, date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)):
        closed(month, finance, now=datetime(2027, 2, 2, tzinfo=UTC))

    assert [one.number for one in Statement.objects.order_by("year", "sequence")] == [
        "2026/00001", "2026/00002", "2026/00003", "2026/00004", "2026/00005", "2026/00006", "2027/00001", "2027/00002",
    ]  # fmt: skip


def canonical(period: AccountingPeriod) -> list[list[str]]:
    content = bytes(PeriodFile.objects.get(period=period, kind="canonical").content).decode()
    return list(csv.reader(StringIO(content)))


def test_canonical_lines_hold_what_the_charge_copied(fanta_company: Company, finance: User) -> None:
    period = make_month()
    charge = make_charge(period, fanta_company, company_name="Vecchio nome, S.r.l.", note='=1+1 "x"')

    close_period(period=period, by=finance, now=NOVEMBER_3)

    header, line = canonical(period)
    row = dict(zip(header, line, strict=True))
    assert tuple(header) == KEYS
    assert {key: row[key] for key in ("line_no", "period", "period_state", "charge_id", "kind", "document_no")} == {
        "line_no": "1", "period": "2026-10", "period_state": "closed", "charge_id": str(charge.pk), "kind": "use",
        "document_no": "2026/00001",
    }  # fmt: skip
    assert (row["company_name"], row["note"]) == ("Vecchio nome, S.r.l.", '=1+1 "x"')
    assert (row["booked_start"], row["actual_end"]) == ("2026-10-14T09:00:00+02:00", "2026-10-14T13:20:00+02:00")
    assert (row["booked_hours"], row["actual_hours"], row["billed_hours"]) == ("4.00", "4.33", "4.50")
    assert (row["list_value"], row["vat"], row["payable"], row["economic_use"]) == ("540.00", "23.76", "131.76", "true")
    assert (row["internal_hour_cost"], row["internal_cost"], row["margin"]) == ("", "", "")


def test_hash_chain_can_be_computed_by_hand(fanta_company: Company, finance: User) -> None:
    september, october = make_month(date(2026, 9, 1)), make_month(OCTOBER)
    make_charge(september, fanta_company)
    make_charge(october, fanta_company)
    for period in (september, october):
        close_period(period=period, by=finance, now=NOVEMBER_3)

    files = {one.period_id: bytes(one.content) for one in PeriodFile.objects.filter(kind="canonical")}
    first = hashlib.sha256(b"0" * 64 + files[september.pk]).hexdigest()
    second = hashlib.sha256(first.encode() + files[october.pk]).hexdigest()
    assert list(AccountingPeriod.objects.order_by("month").values_list("sha256", flat=True)[:2]) == [first, second]


def test_empty_month_closes_too(finance: User) -> None:
    period = closed(OCTOBER, finance)

    assert period.sha256 == hashlib.sha256(b"0" * 64 + (",".join(KEYS) + "\n").encode()).hexdigest()


@pytest.mark.parametrize(("now", "ends"), [(ROME_MIDNIGHT - timedelta(seconds=1), True), (ROME_MIDNIGHT, False)])
def test_unfinished_month_does_not_close(finance: User, now: datetime, ends: bool) -> None:
    period = make_month()

    if ends:
        assert conflict_of(period, finance, now).code == "period_running"
    else:
        assert close_period(period=period, by=finance, now=now).state == "closed"


def test_closed_month_does_not_close_again(finance: User) -> None:
    period = closed(OCTOBER, finance)

    assert conflict_of(period, finance).code == "period_closed"
    assert AccountingPeriod.objects.get(pk=period.pk).version == 1


def test_unsettled_use_keeps_the_month_open(fanta_company: Company, finance: User) -> None:
    period = make_month()
    make_commitment(fanta_company, ends_at=ROME_MIDNIGHT - timedelta(seconds=1), source="booking:BK-0001")
    make_commitment(fanta_company, ends_at=ROME_MIDNIGHT, source="booking:BK-0002")

    refused = conflict_of(period, finance)

    assert refused.code == "period_not_settled"
    assert [(blocker["code"], "BK-0001" in blocker["detail"]) for blocker in refused.extra["blockers"]] == [
        ("unsettled", True)
    ]
    assert Statement.objects.count() == 0


def test_months_close_in_order(finance: User) -> None:
    make_month(date(2026, 9, 1))

    refused = conflict_of(make_month(), finance)

    assert [blocker["code"] for blocker in refused.extra["blockers"]] == ["earlier_open"]
    assert refused.extra["blockers"][0]["url"] == "/finance/2026-09/"


def test_review_is_idempotent_and_ends_with_the_close(finance: User) -> None:
    period = make_month()

    for _again in range(2):
        assert review_period(period=period, by=finance, now=NOVEMBER_3).state == "review"
    close_period(period=period, by=finance, now=NOVEMBER_3)

    with pytest.raises(Conflict) as refused:
        review_period(period=period, by=finance, now=NOVEMBER_3)
    assert refused.value.code == "period_closed"


def test_charge_of_a_closed_month_falls_into_the_next_open_one(finance: User) -> None:
    closed(OCTOBER, finance)

    assert open_period_for(date(2026, 10, 31)).code == "2026-11"
    assert open_period_for(date(2026, 12, 24)).code == "2026-12"


def test_what_ended_before_the_first_closed_month_falls_into_the_first_open_one(
    fanta_company: Company, finance: User
) -> None:
    closed(OCTOBER, finance)
    make_commitment(fanta_company, ends_at=datetime(2026, 8, 20, 9, 0, tzinfo=UTC))

    keep_months(until=date(2026, 11, 5))

    assert open_period_for(date(2026, 8, 20)).code == "2026-11"
    codes = [period.code for period in AccountingPeriod.objects.order_by("month")]
    assert codes == ["2026-10", "2026-11"]


def test_months_have_no_gaps() -> None:
    make_month(date(2026, 11, 1))

    keep_months(until=date(2027, 2, 14))
    keep_months(until=date(2026, 9, 30))

    codes = [period.code for period in AccountingPeriod.objects.order_by("month")]
    assert codes == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02"]


def test_month_of_an_unsettled_use_exists(fanta_company: Company) -> None:
    make_month(date(2026, 11, 1))
    make_commitment(fanta_company, ends_at=datetime(2026, 8, 31, 22, 30, tzinfo=UTC))  # 1 September in Rome

    keep_months(until=date(2026, 11, 5))

    assert AccountingPeriod.objects.order_by("month").first() == AccountingPeriod.objects.get(month=date(2026, 9, 1))


def test_closed_month_takes_no_charge(fanta_company: Company, finance: User) -> None:
    period = closed(OCTOBER, finance)

    with pytest.raises(IntegrityError, match="is closed"), transaction.atomic():
        make_charge(period, fanta_company)
    assert Charge.objects.count() == 0


@pytest.mark.parametrize("table", ["charge", "chargeset", "statement", "statementline", "periodfile"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_database_refuses_to_change_the_ledger(fanta_company: Company, finance: User, table: str, change: str) -> None:
    period = make_month()
    make_charge(period, fanta_company)
    close_period(period=period, by=finance, now=NOVEMBER_3)

    with connection.cursor() as cursor:
        # checks of foreign keys wait for the end of the test; TRUNCATE will not wait for them
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            cursor.execute(change.format(f"costing_{table}"))
