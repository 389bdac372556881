"""The life of a month: it opens by itself, may be reviewed, and closes once, for everybody at the same instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import Conflict
from companies.models import User
from costing.lines import FIRST_HASH, canonical_lines, chained_hash
from costing.models import AccountingPeriod, PeriodFile, PeriodState
from costing.queries.ledger import ledger_rows
from costing.queries.periods import (
    blockers,
    end_of,
    first_known_month,
    first_of_next,
    first_of_previous,
    month_name,
    month_of,
    period_by_code,
    the_zone,
)
from costing.services.files import CANONICAL
from costing.services.statements import issue_statements

RENDERING_TASK = "costing.tasks.render_period_files"


def keep_months(*, until: date) -> date:
    """Make sure that every month from the first known one to a day's has its period: months have no gaps.

    Once a month is closed the chain has its beginning: what ended before falls into the first open month.
    Returns: the first month.
    """
    last = until.replace(day=1)
    states = dict(AccountingPeriod.objects.values_list("month", "state"))
    known = set(states)
    begun = PeriodState.CLOSED in states.values()
    first = min(known) if begun else min(first_known_month(the_zone()) or last, last)
    missing = [AccountingPeriod(month=month) for month in _months(first, max(known | {last})) if month not in known]
    if missing:
        AccountingPeriod.objects.bulk_create(missing, ignore_conflicts=True)
    return first


def asked_month(code: str, *, now: datetime) -> AccountingPeriod:
    """Return the period of a month written `2026-10` that somebody wants to review or close.

    Raises: NotFound for what is no month, or one before the first; Conflict `period_running` for one still to come.
    """
    today, month = now.astimezone(the_zone()).date(), month_of(code)
    keep_months(until=today)
    if month is not None and month > today and not AccountingPeriod.objects.filter(month=month).exists():
        raise Conflict("period_running", _("%(month)s is not over yet.") % {"month": month_name(month)})
    return period_by_code(code)


def open_period_for(on: date) -> AccountingPeriod:
    """Return the period that a charge of a day falls in, locked against closing: that month, else the next not closed.

    To be called inside the transaction that writes the charge.
    """
    month = on.replace(day=1)
    while True:
        period = _shared(month)
        if period is None:
            month = max(month, keep_months(until=month))
        elif period.state != PeriodState.CLOSED:
            return period
        else:
            month = first_of_next(month)


def _shared(month: date) -> AccountingPeriod | None:
    """Read a month's period under a share lock, which waits for a close under way and then sees its outcome."""
    table = AccountingPeriod._meta.db_table
    sql = f"SELECT * FROM {table} WHERE month = %s FOR SHARE"  # noqa: S608  # the table's own name
    return next(iter(AccountingPeriod.objects.raw(sql, [month])), None)


@transaction.atomic
def review_period(*, period: AccountingPeriod, by: User, now: datetime) -> AccountingPeriod:
    """Put a month under review; doing it again changes nothing.

    Raises: Conflict `period_closed`.
    """
    locked = _locked(period)
    if locked.state == PeriodState.OPEN:
        locked.state = PeriodState.REVIEW
        locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def close_period(*, period: AccountingPeriod, by: User, now: datetime) -> AccountingPeriod:
    """Close a month: number its documents, freeze its canonical lines, chain its hash; the files are rendered after.

    Locks:  the period FOR UPDATE, so that of two who press at once the second is told that it is closed, and a charge
            on its way either is in the month or waits and finds it closed.
    Raises: Conflict `period_closed`, `period_running`, `period_not_settled` (with `blockers`).
    """
    locked, zone = _locked(period), the_zone()
    if now < end_of(locked, zone):
        raise Conflict("period_running", _("%(month)s is not over yet.") % {"month": month_name(locked.month)})
    found = blockers(locked, zone)
    if found:
        detail = _("This month cannot close yet: %(count)s things are open.") % {"count": len(found)}
        raise Conflict("period_not_settled", detail, {"blockers": [asdict(blocker) for blocker in found]})
    before = AccountingPeriod.objects.filter(month=first_of_previous(locked.month)).first()
    locked.state, locked.version, locked.closed_at, locked.closed_by = PeriodState.CLOSED, 1, now, by
    issue_statements(period=locked, issued_on=now.astimezone(zone).date())
    lines = b"".join(canonical_lines(ledger_rows(locked, zone), zone))
    locked.previous_sha256 = before.sha256 if before else FIRST_HASH
    locked.sha256 = chained_hash(locked.previous_sha256, [lines])
    locked.save()
    PeriodFile.objects.create(
        period=locked,
        version=locked.version,
        kind=CANONICAL,
        name=f"collaudo_righe_{locked.code}_v{locked.version}.csv",
        sha256=sha256(lines).hexdigest(),
        content=lines,
        created_at=now,
    )
    transaction.on_commit(lambda: import_string(RENDERING_TASK).enqueue(locked.pk))
    return locked


def _locked(period: AccountingPeriod) -> AccountingPeriod:
    """Lock a period and read it anew.

    Raises: Conflict `period_closed`.
    """
    locked = AccountingPeriod.objects.select_for_update().get(pk=period.pk)
    if locked.state == PeriodState.CLOSED:
        raise Conflict("period_closed", _("%(month)s is closed already.") % {"month": month_name(locked.month)})
    return locked


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = first_of_next(month)
