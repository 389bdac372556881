"""The files of a period: rendered once from the frozen rows when it is closed, on the fly while it is open."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify

from companies.models import Company
from costing.lines import LedgerRow, canonical_lines, chained_hash, csv_lines, without_internals
from costing.models import AccountingPeriod, PeriodFile, PeriodState
from costing.queries.ledger import LineFilter, ledger_rows, ledger_sums
from costing.queries.periods import area_names, document_sums, number_span, the_zone
from costing.summaries import Check, Summary, document_checks, ledger_checks, seal_checks, summarise
from costing.workbook import WorkbookContent, WorkbookFacts, headers, write_usage_workbook

CANONICAL, WORKBOOK = "canonical", "workbook"
LOCK = 0x636F7374  # the advisory locks of this room: one rendering of a period at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which file of a period: its language, whose lines, and who asks for it when."""

    language: str
    made_by: str
    now: datetime
    company: Company | None = None
    project_code: str = ""

    @property
    def lines(self) -> LineFilter:
        """The lines that go into it."""
        return LineFilter(company_id=self.company.pk if self.company else None, project_code=self.project_code)

    @property
    def is_variant(self) -> bool:
        """Say whether it leaves lines out, and with them the internal columns."""
        return bool(self.company or self.project_code)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file ready to be sent."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def stored_file(period: AccountingPeriod, *, kind: str, language: str = "") -> PeriodFile | None:
    """Return a closed period's kept file of its present version, or None while it is not rendered yet."""
    return PeriodFile.objects.filter(period=period, version=period.version, kind=kind, language=language).first()


def render_files(
    *, period: AccountingPeriod, now: datetime, progress: Callable[[int], None] | None = None
) -> list[PeriodFile]:
    """Render and keep the workbooks of a closed period in every language; those that exist stay as they are.

    All their dates are those of the close; `now` is only when the row was written. `progress` is told per cent.
    """
    made_by = period.closed_by.name if period.closed_by else ""
    languages = [code for code, _name in settings.LANGUAGES]
    with _rendering(period):
        kept = {language: stored_file(period, kind=WORKBOOK, language=language) for language in languages}
        missing = [language for language in languages if kept[language] is None]
        proof = proof_of(period, LineFilter()) if missing else None
        for place, language in enumerate(missing):
            wanted = Wanted(language=language, made_by=made_by, now=period.closed_at or now)
            told = _share(progress, place, len(missing))
            kept[language] = _keep(period, language, render_workbook(period, wanted, proof=proof, progress=told), now)
    return [one for one in kept.values() if one is not None]


def _keep(period: AccountingPeriod, language: str, rendered: Rendered, now: datetime) -> PeriodFile:
    return PeriodFile.objects.create(
        period=period,
        version=period.version,
        kind=WORKBOOK,
        language=language,
        name=rendered.name,
        sha256=rendered.sha256,
        content=rendered.content,
        created_at=now,
    )


@contextmanager
def _rendering(period: AccountingPeriod) -> Iterator[None]:
    """Let one worker at a time render a period; no transaction is held, so that progress can be seen meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, period.pk])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, period.pk])


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Read as of one instant, so that sums and lines agree while others write; inside a transaction, its own view."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _share(progress: Callable[[int], None] | None, place: int, places: int) -> Callable[[int], None] | None:
    """Return a progress that counts for one of several files."""
    return None if progress is None else lambda share: progress((100 * place + share) // places)


def workbook_now(period: AccountingPeriod, wanted: Wanted) -> Rendered:
    """Return the workbook of a period as it stands now, or of a part of a closed one's lines."""
    with _one_snapshot():
        return render_workbook(period, wanted)


@dataclass(frozen=True, slots=True)
class Proof:
    """What some lines add up to and the checks that they pass: the same in every language."""

    summary: Summary
    checks: Sequence[Check]


def proof_of(period: AccountingPeriod, lines: LineFilter) -> Proof:
    """Add up a period's lines and tie them to the ledger, the documents and the hash."""
    zone = the_zone()
    summary = summarise(ledger_rows(period, zone, lines))
    checks = ledger_checks(ledger_sums(period, lines), summary)
    if period.state == PeriodState.CLOSED and not lines.project_code:
        checks += document_checks(document_sums(period, lines.company_id), summary)
        if lines.company_id is None:
            computed = chained_hash(period.previous_sha256, canonical_lines(ledger_rows(period, zone), zone))
            checks += seal_checks(number_span(period), stored=period.sha256, computed=computed)
    return Proof(summary, checks)


def render_workbook(
    period: AccountingPeriod,
    wanted: Wanted,
    *,
    proof: Proof | None = None,
    progress: Callable[[int], None] | None = None,
) -> Rendered:
    """Return a period's usage workbook; its lines are read as they are written, so that memory stays bounded."""
    zone, proof = the_zone(), proof or proof_of(period, wanted.lines)
    content = WorkbookContent(_lines(period, wanted, zone), proof.summary, proof.checks)
    facts = WorkbookFacts(
        period=period.code,
        state=period.state,
        version=period.version,
        language=wanted.language,
        zone=zone,
        made_at=period.closed_at or wanted.now,
        made_by=wanted.made_by,
        company=wanted.company.name if wanted.company else "",
        project=wanted.project_code,
        sha256=period.sha256,
        previous_sha256=period.previous_sha256,
        area_names=area_names(wanted.language),
    )
    stream, total = BytesIO(), max(proof.summary.totals.lines, 1)
    told = None if progress is None else lambda rows: progress(100 * rows // total)
    write_usage_workbook(facts, content, stream, progress=told)
    return Rendered(file_name(period, wanted), stream.getvalue())


def lines_csv(period: AccountingPeriod, wanted: Wanted) -> Iterator[bytes]:
    """Yield a period's lines as CSV with the headers of a language: the 54 columns of the sheet `Righe`."""
    zone = the_zone()
    return csv_lines(_lines(period, wanted, zone), zone, headers(wanted.language))


def canonical_csv(period: AccountingPeriod, wanted: Wanted) -> Iterator[bytes]:
    """Yield a period's canonical lines: the bytes kept at the close, or as they would be frozen now."""
    kept = None if wanted.is_variant else stored_file(period, kind=CANONICAL)
    zone = the_zone()
    return iter([bytes(kept.content)]) if kept else canonical_lines(ledger_rows(period, zone, wanted.lines), zone)


def file_name(period: AccountingPeriod, wanted: Wanted, *, subject: str = "uso", suffix: str = "xlsx") -> str:
    """Return the name under which a file of a period is sent: `collaudo_uso_2026-10_v1.xlsx`."""
    parts = [wanted.company.name if wanted.company else "", wanted.project_code]
    standing = f"v{period.version}" if period.state == PeriodState.CLOSED else "provvisorio"
    variant = slugify(" ".join(part for part in parts if part))
    stem = "_".join(part for part in ("collaudo", subject, period.code, standing, variant) if part)
    return f"{stem}.{suffix}"


def _lines(period: AccountingPeriod, wanted: Wanted, zone: ZoneInfo) -> Iterator[LedgerRow]:
    rows = ledger_rows(period, zone, wanted.lines)
    return (without_internals(row) for row in rows) if wanted.is_variant else rows
