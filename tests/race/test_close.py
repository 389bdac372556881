"""Closing against closing, and closing against charges on their way: nothing slips into a closed month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection, connections, transaction

from common.errors import Conflict
from companies.models import Company, User
from costing.models import AccountingPeriod, Charge, PeriodFile, Statement, StatementLine
from costing.services.periods import close_period, open_period_for
from tests.costing.charges import NOVEMBER_3, make_charge, make_month

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
FUNCTIONS: str = import_module("costing.migrations.0002_immutable_ledger").FUNCTIONS


@pytest.fixture
def october(fanta_company: Company) -> AccountingPeriod:
    period = make_month()
    make_charge(period, fanta_company)
    return period


def outcome_of(attempt: Callable[[], object], barrier: Barrier) -> str:
    """Start together with the others; say what came of it."""
    try:
        connection.ensure_connection()
        barrier.wait(timeout=60)
        attempt()
    except Conflict as conflict:
        return conflict.code
    except IntegrityError as error:
        return "too late" if "is closed" in str(error) else str(error)
    else:
        return "done"
    finally:
        connections.close_all()


def race(attempts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every attempt in a thread with a connection of its own, all at once; count the outcomes."""
    barrier = Barrier(len(attempts))
    with ThreadPoolExecutor(max_workers=len(attempts)) as pool:
        return Counter(pool.map(lambda attempt: outcome_of(attempt, barrier), attempts))


def close(period: AccountingPeriod, by: User) -> None:
    close_period(period=period, by=by, now=NOVEMBER_3)


def charge_as_settlement_does(company: Company) -> None:
    with transaction.atomic():
        make_charge(open_period_for(date(2026, 10, 31)), company)


def assert_sealed(period: AccountingPeriod) -> None:
    """Check that the month's charges are those of its documents and of its canonical lines."""
    charges = set(Charge.objects.filter(period=period).values_list("pk", flat=True))
    lines = bytes(PeriodFile.objects.get(period=period, kind="canonical").content).decode().splitlines()[1:]
    assert {int(line.split(",")[3]) for line in lines} == charges
    assert set(StatementLine.objects.values_list("charge_id", flat=True)) == charges


def test_eight_people_close_one_month(october: AccountingPeriod, finance: User) -> None:
    outcomes = race([lambda: close(october, finance)] * 8)

    assert outcomes == {"done": 1, "period_closed": 7}
    assert [one.number for one in Statement.objects.all()] == ["2026/00001"]
    assert PeriodFile.objects.filter(kind="canonical").count() == 1


def test_charges_settle_while_the_month_closes(
    october: AccountingPeriod, finance: User, fanta_company: Company
) -> None:
    charges = [lambda: charge_as_settlement_does(fanta_company)] * 12

    outcomes = race([*charges[:6], lambda: close(october, finance), *charges[6:]])

    assert outcomes == {"done": 13}
    assert Charge.objects.count() == 13
    assert_sealed(october)


def test_charges_by_plain_inserts_while_the_month_closes(
    october: AccountingPeriod, finance: User, fanta_company: Company
) -> None:
    charges = [lambda: make_charge(october, fanta_company)] * 12

    outcomes = race([*charges[:6], lambda: close(october, finance), *charges[6:]])

    assert set(outcomes) <= {"done", "too late"}
    assert Charge.objects.count() == outcomes["done"]
    assert_sealed(october)


def close_has_to_wait(october: AccountingPeriod, finance: User, company: Company, *, patience: float) -> bool:
    """Close the month while a charge is written but not committed; say whether the close had to wait."""
    closed = Event()

    def closing() -> None:
        try:
            close(october, finance)
        finally:
            closed.set()
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            make_charge(october, company)
            job = pool.submit(closing)
            waited = not closed.wait(timeout=patience)
        job.result(timeout=30)
    return waited


def test_close_waits_for_a_charge_on_its_way(october: AccountingPeriod, finance: User, fanta_company: Company) -> None:
    assert close_has_to_wait(october, finance, fanta_company, patience=1.5)

    assert_sealed(october)


@pytest.fixture
def _trigger_without_lock() -> Iterator[None]:
    """Let the trigger read the month's state by a plain SELECT, as it would be written without thinking of races."""
    replaced = FUNCTIONS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").partition("CREATE TRIGGER")[0]
    with connection.cursor() as cursor:
        cursor.execute(replaced.replace(" FOR SHARE;", ";"))
        yield
        cursor.execute(replaced)


@pytest.mark.usefixtures("_trigger_without_lock")
def test_without_the_lock_a_charge_slips_into_the_closed_month(
    october: AccountingPeriod, finance: User, fanta_company: Company
) -> None:
    assert not close_has_to_wait(october, finance, fanta_company, patience=30)

    assert (Charge.objects.filter(period=october).count(), StatementLine.objects.count()) == (2, 1)
