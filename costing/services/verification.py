"""Proving the sealed months anew: lines, hashes, documents, numbers, files; reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import F, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from costing.lines import FIRST_HASH, canonical_lines, chained_hash
from costing.models import AccountingPeriod, PeriodFile, PeriodState, Statement
from costing.queries.ledger import ledger_rows
from costing.queries.periods import first_of_previous, number_span, the_zone
from costing.services.files import CANONICAL, stored_file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed."""

    period: str
    detail: str | Promise


def findings() -> Iterator[Finding]:
    """Go through the closed months, oldest first, and yield whatever does not agree; nothing means that all does."""
    zone = the_zone()
    for period in AccountingPeriod.objects.filter(state=PeriodState.CLOSED).order_by("month"):
        for holds, detail in PROOFS:
            if not holds(period, zone):
                yield Finding(period.code, detail)


def _chain_holds(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    before = AccountingPeriod.objects.filter(month=first_of_previous(period.month)).first()
    return period.previous_sha256 == (before.sha256 if before else FIRST_HASH)


def _hash_holds(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    kept = stored_file(period, kind=CANONICAL)
    return kept is not None and chained_hash(period.previous_sha256, [bytes(kept.content)]) == period.sha256


def _lines_hold(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    computed = chained_hash(period.previous_sha256, canonical_lines(ledger_rows(period, zone), zone))
    return computed == period.sha256


def _documents_hold(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    statements = Statement.objects.filter(period=period).annotate(
        line_net=Sum("lines__charge__net"), line_vat=Sum("lines__vat"), line_payable=Sum("lines__payable")
    )
    agreeing = statements.filter(line_net=F("net"), line_vat=F("vat"), line_payable=F("payable"))
    return agreeing.count() == Statement.objects.filter(period=period).count()


def _numbers_hold(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    numbers = number_span(period)
    return numbers.count == numbers.spanned


def _files_hold(period: AccountingPeriod, zone: ZoneInfo) -> bool:
    files = PeriodFile.objects.filter(period=period)
    return all(hashlib.sha256(bytes(one.content)).hexdigest() == one.sha256 for one in files.iterator(chunk_size=1))


Proof = Callable[[AccountingPeriod, ZoneInfo], bool]
PROOFS: tuple[tuple[Proof, str | Promise], ...] = (
    (_chain_holds, _("The hash of the month before is not the one that this month was chained to.")),
    (_hash_holds, _("The kept canonical lines do not give the month's hash.")),
    (_lines_hold, _("The ledger's lines do not give the month's hash.")),
    (_documents_hold, _("A statement differs from the sum of its lines.")),
    (_numbers_hold, _("The document numbers have a gap.")),
    (_files_hold, _("A kept file is not the one that was rendered.")),
)
