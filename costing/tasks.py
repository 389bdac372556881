"""Background work of costing: the files of a closed month."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from common import clock
from costing.models import AccountingPeriod
from costing.services.files import render_files
from outbox.services import job_done, job_failed, job_progressed


@task()
def render_period_files(period_id: int, job_id: str = "", language: str = "it") -> None:
    """Render the workbooks of a closed period, unless they exist; tell the job of whoever waits for one."""
    period = AccountingPeriod.objects.select_related("closed_by").get(pk=period_id)
    job = UUID(job_id) if job_id else None
    rendered = False
    try:
        render_files(period=period, now=clock.now(), progress=partial(_tell, job) if job else None)
        rendered = True
    finally:
        if job and not rendered:
            job_failed(job_id=job, detail=_("The files could not be made: ask for them again."), now=clock.now())
    if job:
        url = reverse("api:period-workbook", args=[period.code])
        job_done(job_id=job, url=f"{url}?lang={language}", now=clock.now())


def _tell(job: UUID, progress: int) -> None:
    job_progressed(job_id=job, progress=progress)
