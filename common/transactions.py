"""One way to write: a transaction that never waits long and starts again after a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from common.errors import Busy

LOCK_TIMEOUT_MS = 3_000
ATTEMPTS = 3
LOCK_NOT_AVAILABLE = "55P03"
START_AGAIN = frozenset({"40P01", "40001"})  # deadlock, serialization failure

P = ParamSpec("P")
R = TypeVar("R")


def writing(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction with a lock timeout, again (three times at most) after a deadlock.

    Inside another transaction nothing is repeated: the outermost one is broken and has to start again itself.
    Raises: Busy when a lock is not free in time or the attempts are used up; then nothing is written.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for left in reversed(range(attempts)):
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")
                    return service(*args, **kwargs)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state == LOCK_NOT_AVAILABLE or (state in START_AGAIN and not left):
                    raise Busy from error
                if state not in START_AGAIN:
                    raise
        raise AssertionError("unreachable")

    return run
