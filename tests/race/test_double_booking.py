"""Real races with real connections: one slot, one winner, whatever the database is asked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from bookings.services import ordering
from common.errors import Busy, Refused
from companies.models import User
from tests.world import Centre, book, make_centre

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def centre(fanta: User, pm: User) -> Centre:
    assert fanta.company is not None
    return make_centre(fanta.company, pm)


def outcome_of(attempt: Callable[[], object], barrier: Barrier) -> str:
    """Start together with the others; say what came of it."""
    try:
        connection.ensure_connection()
        barrier.wait(timeout=60)
        attempt()
    except Refused as refused:
        return ",".join(refusal.code for refusal in refused.refusals)
    except Busy:
        return "busy_try_again"
    else:
        return "booked"
    finally:
        connections.close_all()


def race(attempts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every attempt in a thread with a connection of its own, all at once; count the outcomes."""
    barrier = Barrier(len(attempts))
    with ThreadPoolExecutor(max_workers=len(attempts)) as pool:
        return Counter(pool.map(lambda attempt: outcome_of(attempt, barrier), attempts))


def overlapping_pairs() -> int:
    """Count pairs of live allocations that share a seat and an instant, by a query that trusts no constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bookings_allocation a JOIN bookings_allocation b ON a.id < b.id"
            " AND a.resource_id = b.resource_id AND a.seat = b.seat AND a.blocked && b.blocked WHERE a.live AND b.live"
        )
        return int(cursor.fetchone()[0])


def rows(table: str) -> int:
    """Count the rows of a table by plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def test_fifty_people_and_one_slot(centre: Centre, fanta: User, gira: User) -> None:
    outcomes = race([lambda user=user: book(user, "MACHINE") for user in [fanta, gira] * 25])  # type: ignore[misc]

    assert outcomes["booked"] == 1
    assert set(outcomes) <= {"booked", "overlap", "busy_try_again"}
    assert (overlapping_pairs(), rows("bookings_booking"), rows("bookings_allocation")) == (0, 1, 1)
    assert rows("costing_commitment") == 1


def test_fifty_on_a_line_and_its_component(centre: Centre, fanta: User, gira: User) -> None:
    wishes = [("LINE", fanta), ("MACHINE", gira)] * 25

    outcomes = race([lambda code=code, user=user: book(user, code) for code, user in wishes])  # type: ignore[misc]

    assert outcomes["booked"] == 1
    assert set(outcomes) <= {"booked", "overlap", "busy_try_again"}
    assert (overlapping_pairs(), rows("bookings_booking")) == (0, 1)


def test_three_seats_for_twelve_people(centre: Centre, fanta: User, gira: User) -> None:
    outcomes = race([lambda user=user: book(user, "ROOM") for user in [fanta, gira] * 6])  # type: ignore[misc]

    assert outcomes["booked"] == 3
    assert set(outcomes) <= {"booked", "overlap", "busy_try_again"}
    assert (overlapping_pairs(), rows("bookings_allocation")) == (0, 3)


@pytest.mark.parametrize("other", ["MACHINE", "LINE"])
def test_without_the_locks_the_constraint_still_holds(
    centre: Centre, fanta: User, gira: User, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "lock_resources", lambda resources: None)
    wishes = [("MACHINE", fanta), (other, gira)] * 4

    outcomes = race([lambda code=code, user=user: book(user, code) for code, user in wishes])  # type: ignore[misc]

    assert outcomes["booked"] == 1
    assert set(outcomes) <= {"booked", "overlap", "busy_try_again"}
    assert (overlapping_pairs(), rows("bookings_booking")) == (0, 1)
