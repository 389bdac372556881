"""The files of a closed month, and the proof that the sealed months are as they were sealed."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common import clock
from common.excel import read_rows
from companies.models import Company, User
from costing.downloads import sent
from costing.models import AccountingPeriod, PeriodFile
from costing.services.files import Wanted, file_name, render_files, workbook_now
from costing.services.periods import close_period
from outbox.models import Job
from outbox.services import start_job
from tests.costing.charges import NOVEMBER_3, make_charge, make_month

pytestmark = pytest.mark.django_db
LATER = NOVEMBER_3 + timedelta(days=40)


@pytest.fixture
def closed(fanta_company: Company, finance: User) -> AccountingPeriod:
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        period = make_month(month)
        make_charge(period, fanta_company, "33.33")
        make_charge(period, fanta_company, "33.33", note="=1+1")
        close_period(period=period, by=finance, now=NOVEMBER_3)
    period.refresh_from_db()
    return period


def wanted(finance: User, **facts: Any) -> Wanted:
    return Wanted(**{"language": "it", "made_by": finance.name, "now": LATER, **facts})


def test_rendering_twice_keeps_the_first_files(closed: AccountingPeriod) -> None:
    first = {one.language: bytes(one.content) for one in render_files(period=closed, now=NOVEMBER_3)}
    second = {one.language: bytes(one.content) for one in render_files(period=closed, now=LATER)}

    assert (sorted(first), first) == (["en", "it"], second)
    assert PeriodFile.objects.filter(kind="workbook").count() == 2


def test_rendering_anew_gives_the_same_bytes(closed: AccountingPeriod, finance: User) -> None:
    kept = {one.language: bytes(one.content) for one in render_files(period=closed, now=NOVEMBER_3)}

    assert workbook_now(closed, wanted(finance)).content == kept["it"]


def test_job_whose_worker_died_is_started_anew(closed: AccountingPeriod, finance: User) -> None:
    kind, moment = "workbook 2026-10 v1", clock.now()
    dead = start_job(owner=finance, kind=kind, now=moment - timedelta(minutes=20))
    with patch("costing.downloads.render_period_files"):
        first, again = (sent(closed, wanted(finance), by=finance) for _each in range(2))

    assert isinstance(first, Job)
    assert first == again
    assert first != dead


def test_all_dates_are_those_of_the_close(closed: AccountingPeriod) -> None:
    data = bytes(render_files(period=closed, now=LATER)[0].content)

    facts = {row[0]: row[1] for row in read_rows(data, "Riepilogo")}
    assert facts["Creato il"] == NOVEMBER_3.replace(hour=10, tzinfo=None)
    assert {str(row[7].date()) for row in read_rows(data, "Righe")[1:-1]} == {"2026-11-03"}


def test_progress_reaches_a_hundred_in_steps(closed: AccountingPeriod, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr("common.excel.ROWS_PER_NOTE", 1)

    render_files(period=closed, now=LATER, progress=told.append)

    assert told == [25, 50, 75, 100]


@pytest.mark.parametrize(
    ("state", "version", "facts", "name"),
    [
        ("closed", 1, {}, "collaudo_uso_2026-10_v1.xlsx"),
        ("open", 0, {}, "collaudo_uso_2026-10_provvisorio.xlsx"),
        ("closed", 2, {"project_code": "PC-03"}, "collaudo_uso_2026-10_v2_pc-03.xlsx"),
        ("closed", 1, {"company": Company(name="È Già, S.r.l.")}, "collaudo_uso_2026-10_v1_e-gia-srl.xlsx"),
    ],
)
def test_file_name(finance: User, state: str, version: int, facts: dict[str, Any], name: str) -> None:
    period = AccountingPeriod(month=date(2026, 10, 1), state=state, version=version)

    assert file_name(period, wanted(finance, **facts)) == name


def verified() -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def test_ledger_is_as_it_was_sealed(closed: AccountingPeriod) -> None:
    render_files(period=closed, now=NOVEMBER_3)

    assert "2" in verified()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE costing_charge SET note = 'changed'",
        "UPDATE costing_statementline SET vat = vat + 0.01, payable = payable + 0.01",
        "UPDATE costing_statement SET sequence = sequence + 7",
        "UPDATE costing_periodfile SET content = 'x'",
        "UPDATE costing_accountingperiod SET previous_sha256 = repeat('1', 64)",
    ],
)
def test_damage_is_found(closed: AccountingPeriod, damage: str) -> None:
    with connection.cursor() as cursor:
        # only a superuser who switches the triggers off can do any of this
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
        cursor.execute("SET LOCAL session_replication_role = origin")

    with pytest.raises(CommandError):
        verified()
