"""Sending the files of a month, for pages and API alike: kept bytes, made on the spot, or a job to wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import quote_etag

from common import clock
from companies.models import User
from costing.models import AccountingPeriod, PeriodState
from costing.services.files import WORKBOOK, Wanted, canonical_csv, file_name, lines_csv, stored_file, workbook_now
from costing.tasks import render_period_files
from outbox.models import Job, JobState
from outbox.services import start_job

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv"
GIVEN_UP_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to whoever asked."""

    response: HttpResponse


def sent(period: AccountingPeriod, wanted: Wanted, *, by: User) -> Download | Job:
    """Send a month's workbook, or return the job that is making it.

    The whole workbook of a closed month is only ever the kept file; an open month, and a part of the lines, are made
    on the spot.
    """
    if wanted.is_variant or period.state != PeriodState.CLOSED:
        rendered = workbook_now(period, wanted)
        return Download(_attached(rendered.content, rendered.name, rendered.sha256))
    kept = stored_file(period, kind=WORKBOOK, language=wanted.language)
    if kept is None:
        return _waiting(period, wanted, by)
    return Download(_attached(bytes(kept.content), kept.name, kept.sha256))


def sent_csv(period: AccountingPeriod, wanted: Wanted, *, canonical: bool) -> StreamingHttpResponse:
    """Send a month's lines as CSV, as they are read: memory stays bounded."""
    lines = canonical_csv(period, wanted) if canonical else lines_csv(period, wanted)
    response = StreamingHttpResponse(lines, content_type=f"{CSV_TYPE}; charset=utf-8")
    name = file_name(period, wanted, subject="righe", suffix="csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _waiting(period: AccountingPeriod, wanted: Wanted, by: User) -> Job:
    """Return the job of whoever waits for a closed month's file, started now unless one is under way.

    One that has not ended after a while died with its worker: the next who asks starts anew.
    """
    kind, moment = f"workbook {period.code} v{period.version}", clock.now()
    live = Job.objects.filter(owner=by, kind=kind, state__in=(JobState.QUEUED, JobState.RUNNING))
    running = live.filter(created_at__gt=moment - GIVEN_UP_AFTER).first()
    if running is not None:
        return running
    job = start_job(owner=by, kind=kind, now=moment)
    render_period_files.enqueue(period.pk, job_id=str(job.pk), language=wanted.language)
    return job


def _attached(content: bytes, name: str, digest: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = quote_etag(digest)
    return response
