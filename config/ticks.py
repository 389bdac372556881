"""The regular work: what `tick` does every minute, each job on its own and by one process at a time."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from outbox.services import send_left_over

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """One regular job: doing it twice is the same as doing it once."""

    name: str
    run: Callable[[datetime], int]

    @property
    def lock(self) -> int:
        """Number of the advisory lock that keeps a second process out."""
        return zlib.crc32(f"collaudo.tick.{self.name}".encode())


TICKS = (Tick("mail", lambda now: send_left_over(now=now)),)


def run_ticks(*, now: datetime, ticks: tuple[Tick, ...] = TICKS) -> dict[str, int | None]:
    """Run every job that no other process is running.

    Returns: what each job counted; None for one that was left to another process or that failed in the database.
    """
    return {tick.name: _run(tick, now) for tick in ticks}


def _run(tick: Tick, now: datetime) -> int | None:
    """Run one job; a failure of it is logged and keeps the others running: it comes round again in a minute."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [tick.lock])
            return tick.run(now) if cursor.fetchone() == (True,) else None
    except DatabaseError:
        logger.exception("The regular job %s failed.", tick.name)
        return None
