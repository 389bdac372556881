"""The regular work: each job by one process at a time, none stopped by another's failure."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from config.ticks import TICKS, Tick, run_ticks

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def fail(now: datetime) -> int:
    raise DatabaseError("no")


@pytest.mark.django_db
def test_jobs_get_the_moment_and_say_what_they_did() -> None:
    seen: list[datetime] = []

    def run(now: datetime) -> int:
        seen.append(now)
        return 3

    assert run_ticks(now=NOW, ticks=(Tick("a", run),)) == {"a": 3}
    assert seen == [NOW]


@pytest.mark.django_db
def test_a_failure_in_the_database_stays_with_its_job(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        done = run_ticks(now=NOW, ticks=(Tick("bad", fail), Tick("good", lambda now: 1)))

    assert done == {"bad": None, "good": 1}
    assert [record.getMessage() for record in caplog.records] == ["The regular job bad failed."]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_elsewhere_is_left_alone() -> None:
    tick = Tick("busy", lambda now: 1)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [tick.lock])
            taken.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    taken.wait(10)
    meanwhile = run_ticks(now=NOW, ticks=(tick,))
    done.set()
    other.join()

    assert (meanwhile, run_ticks(now=NOW, ticks=(tick,))) == ({"busy": None}, {"busy": 1})


def test_locks_differ() -> None:
    assert len({tick.lock for tick in TICKS}) == len(TICKS)
