"""Jobs: their life, and who may follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from companies.models import User
from outbox.models import Job
from outbox.services import job_done, job_failed, job_progressed, start_job

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_owner_follows_a_job_to_its_result(api_of: Any, finance: User) -> None:
    job = start_job(owner=finance, kind="workbook", now=NOW)
    url = f"/api/v1/jobs/{job.pk}/"
    client = api_of(finance)
    usual = {"id": str(job.pk), "kind": "workbook", "url": "", "detail": ""}

    assert client.get(url).json() == usual | {"state": "queued", "progress": 0}
    job_progressed(job_id=job.pk, progress=140)
    assert client.get(url).json() == usual | {"state": "running", "progress": 100}
    job_done(job_id=job.pk, url="/x.xlsx", now=NOW)
    job_progressed(job_id=job.pk, progress=3)
    assert client.get(url).json() == usual | {"state": "done", "progress": 100, "url": "/x.xlsx"}


def test_failed_job_says_why(api_of: Any, finance: User) -> None:
    job = start_job(owner=finance, kind="workbook", now=NOW)
    job_failed(job_id=job.pk, detail="The period is open.", now=NOW)

    assert api_of(finance).get(f"/api/v1/jobs/{job.pk}/").json()["detail"] == "The period is open."
    assert Job.objects.get().finished_at == NOW


def test_job_is_its_owner_s_alone(
    api_of: Any, anonymous_api: APIClient, finance: User, admin: User, fanta: User, problem: Problem
) -> None:
    url = f"/api/v1/jobs/{start_job(owner=finance, kind='workbook', now=NOW).pk}/"

    assert problem(api_of(admin).get(url))["code"] == "not_found"
    assert problem(api_of(fanta).get(url))["code"] == "not_found"
    assert anonymous_api.get(url).status_code == 401
    assert problem(api_of(finance).get("/api/v1/jobs/7/"))["code"] == "not_found"
