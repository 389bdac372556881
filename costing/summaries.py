"""What the lines of a period add up to, by project, area and kind, and the checks that tie it all together.

pandas groups and sums, always on Decimal: its `mean` would turn cents into floats, so there is none here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import islice
from operator import attrgetter

import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from costing.lines import LedgerRow
from costing.queries.ledger import LedgerSums
from costing.queries.periods import DocumentSums, NumberSpan

ZERO = Decimal("0.00")
CHUNK = 5000
KEYS = ("project_code", "area_code", "resource_kind")


LEDGER_CHECKS = (
    ("list_value", _("List value: ledger and sheet")),
    ("contribution", _("Contribution: ledger and sheet")),
    ("net", _("Net: ledger and sheet")),
    ("vat", _("VAT: ledger and sheet")),
    ("payable", _("Payable: ledger and sheet")),
    ("billed_hours", _("Billed hours: ledger and sheet")),
)
PROJECT_CHECKS = (
    ("list_value", _("List value: lines and projects")),
    ("payable", _("Payable: lines and projects")),
    ("billed_hours", _("Billed hours: lines and projects")),
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of lines: euros and hours, both of rows already rounded to two places."""

    lines: int = 0
    list_value: Decimal = ZERO
    contribution: Decimal = ZERO
    net: Decimal = ZERO
    vat: Decimal = ZERO
    payable: Decimal = ZERO
    booked_hours: Decimal = ZERO
    actual_hours: Decimal = ZERO
    billed_hours: Decimal = ZERO


MEASURES = tuple(field.name for field in fields(Totals))[1:]


@dataclass(frozen=True, slots=True)
class Summary:
    """The sums of a set of lines, in all and by key; `titles` names the projects."""

    totals: Totals
    by_project: Mapping[str, Totals]
    by_area: Mapping[str, Totals]
    by_kind: Mapping[str, Totals]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One reconciliation: what was expected, what was found; `sums` names the sheet and column found live."""

    code: str
    title: str | Promise
    expected: Decimal | int
    found: Decimal | int
    sums: tuple[str, str] | None = None

    @property
    def difference(self) -> Decimal | int:
        """Found minus expected."""
        return self.found - self.expected

    @property
    def passed(self) -> bool:
        """Say whether the two agree to the cent."""
        return self.difference == 0


def summarise(rows: Iterable[LedgerRow]) -> Summary:
    """Add up lines, in chunks, so that memory does not grow with them.

    Shape: keys of each mapping sorted, the empty key (lines without a project) last.
    """
    titles: dict[str, str] = {}
    grouped: list[pd.DataFrame] = []
    for frame in _frames(rows, titles):
        grouped.append(_grouped(frame))
        if len(grouped) > CHUNK // 100:
            grouped = [_grouped(pd.concat(grouped))]
    sums = _grouped(pd.concat(grouped)) if grouped else _empty()
    by_project, by_area, by_kind = (_totals_by(sums, key) for key in KEYS)
    return Summary(_overall(sums), by_project, by_area, by_kind, titles)


def _frames(rows: Iterable[LedgerRow], titles: dict[str, str]) -> Iterator[pd.DataFrame]:
    """Shape: one row per line; columns KEYS:str, lines:int, MEASURES:Decimal; index none."""
    facts = attrgetter(*KEYS, *MEASURES)
    lines = iter(rows)
    while chunk := list(islice(lines, CHUNK)):
        for row in chunk:
            titles.setdefault(row.project_code, row.project_title)
        frame = pd.DataFrame.from_records([(1, *facts(row)) for row in chunk], columns=["lines", *KEYS, *MEASURES])
        yield frame.astype(dict.fromkeys((*KEYS, *MEASURES), object))


def _grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """Shape: one row per distinct keys; columns KEYS:str, lines:int, MEASURES:Decimal; index none."""
    return frame.groupby(list(KEYS), sort=False, as_index=False)[["lines", *MEASURES]].sum()


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=[*KEYS, "lines", *MEASURES])


def _totals_by(sums: pd.DataFrame, key: str) -> dict[str, Totals]:
    if sums.empty:
        return {}
    frame = sums.groupby(key, sort=False)[["lines", *MEASURES]].sum()
    found = {str(name): _totals(row) for name, row in zip(frame.index, frame.itertuples(index=False), strict=True)}
    return dict(sorted(found.items(), key=lambda item: (item[0] == "", item[0])))


def _overall(sums: pd.DataFrame) -> Totals:
    return Totals() if sums.empty else _totals(sums[["lines", *MEASURES]].sum())


def _totals(row: Iterable[object]) -> Totals:
    lines, *amounts = row
    return Totals(int(str(lines)), *(Decimal(str(amount)) for amount in amounts))


def ledger_checks(ledger: LedgerSums, summary: Summary) -> list[Check]:
    """Return what ties a sheet's lines to the database's own sums, and the projects' sums to the lines."""
    lines = summary.totals
    checks = [Check("lines", _("Lines: ledger and sheet"), ledger.lines, lines.lines)]
    for measure, title in LEDGER_CHECKS:
        checks.append(Check(measure, title, getattr(ledger, measure), getattr(lines, measure), ("lines", measure)))
    for measure, title in PROJECT_CHECKS:
        found = sum((getattr(totals, measure) for totals in summary.by_project.values()), ZERO)
        checks.append(Check(f"projects_{measure}", title, getattr(lines, measure), found, ("projects", measure)))
    return checks


def document_checks(documents: DocumentSums, summary: Summary) -> list[Check]:
    """Return what ties a closed period's lines to its documents."""
    vat = summary.totals.vat
    return [Check("documents_vat", _("VAT: documents and lines"), documents.vat, vat, ("lines", "vat"))]


def seal_checks(numbers: NumberSpan, *, stored: str, computed: str) -> list[Check]:
    """Return what seals a whole closed period: its numbers have no gaps, its hash is that of its lines (1 = agrees)."""
    return [
        Check("documents_gaps", _("Document numbers without gaps"), numbers.spanned, numbers.count),
        Check("hash", _("Hash of the closed lines (1 = agrees)"), 1, int(stored == computed)),
    ]
