"""Seats, buffers and the search for free periods, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bookings.rules.facts import BookingFacts, Need, Policy, ResourceFacts, Seat
from bookings.rules.occupancy import buffers, busy_periods, is_whole_day, nearest_free, seats_for
from common.periods import Period

ROME = ZoneInfo("Europe/Rome")
DAY = datetime(2026, 11, 23, tzinfo=ROME)


def at(hours: float, day: datetime = DAY) -> datetime:
    return day + timedelta(hours=hours)


def span(start: float, end: float) -> Period:
    return Period(at(start), at(end))


def policy(**changes: object) -> Policy:
    values: dict[str, object] = {
        "step_minutes": 30,
        "min_minutes": 60,
        "max_minutes": 600,
        "notice_hours": 0,
        "horizon_days": 120,
        "setup_minutes": 0,
        "cleanup_minutes": 0,
        "max_people": 6,
        "approval": "never",
        "approval_above": None,
        "cancel_notice_hours": 24,
    }
    return Policy(**{**values, **changes})  # type: ignore[arg-type]


def resource(opening: tuple[Period, ...], **changes: object) -> ResourceFacts:
    values: dict[str, object] = {
        "id": 1,
        "code": "RB-COB1",
        "name": "Cobot cell",
        "tz": ROME,
        "policy": policy(),
        "open": opening,
        "parts": (),
        "qualification": None,
        "course": "",
        "operator": "none",
        "qualified": False,
    }
    return ResourceFacts(**{**values, **changes})  # type: ignore[arg-type]


def facts(period: Period, taken: tuple[Seat, ...] = (), **changes: object) -> BookingFacts:
    values: dict[str, object] = {
        "period": period,
        "now": at(-48),
        "people": 1,
        "with_operator": False,
        "resources": (resource((span(8, 19), span(32, 43))),),
        "needs": (Need(1, 1, 1, period, 0, 0),),
        "taken": taken,
        "project_open": True,
    }
    return BookingFacts(**{**values, **changes})  # type: ignore[arg-type]


def test_lowest_free_seat_is_given() -> None:
    taken = [Seat(1, 1, span(9, 11)), Seat(1, 3, span(9, 11))]

    assert seats_for([Need(1, 3, 1, span(10, 12), 0, 0)], taken) == [Seat(1, 2, span(10, 12))]


def test_touching_periods_share_a_seat() -> None:
    assert seats_for([Need(1, 1, 1, span(11, 12), 0, 0)], [Seat(1, 1, span(9, 11))]) == [Seat(1, 1, span(11, 12))]


def test_quantity_needs_as_many_seats() -> None:
    need = Need(1, 3, 2, span(9, 10), 0, 0)

    assert seats_for([need], [Seat(1, 1, span(9, 10))]) == [Seat(1, 2, span(9, 10)), Seat(1, 3, span(9, 10))]
    assert seats_for([need], [Seat(1, 1, span(9, 10)), Seat(1, 2, span(9, 10))]) is None


def test_two_needs_of_one_resource_take_different_seats() -> None:
    need = Need(1, 2, 1, span(9, 10), 0, 0)

    assert seats_for([need, need], []) == [Seat(1, 1, span(9, 10)), Seat(1, 2, span(9, 10))]
    assert seats_for([need, need, need], []) is None


def test_whole_day_has_no_buffers() -> None:
    opening = [span(8, 19)]

    assert is_whole_day(span(8, 19), opening)
    assert buffers(policy(setup_minutes=30, cleanup_minutes=15), span(8, 19), opening) == (0, 0)
    assert buffers(policy(setup_minutes=30, cleanup_minutes=15), span(8, 18.5), opening) == (30, 15)
    assert not is_whole_day(span(20, 21), opening)


def test_busy_counts_at_the_peak() -> None:
    taken = [Seat(1, 1, span(9, 12)), Seat(1, 2, span(10, 11))]

    assert busy_periods(taken, 2) == [span(10, 11)]
    assert busy_periods(taken, 1) == [span(9, 12)]
    assert busy_periods([], 1) == []


def test_nearest_free_goes_both_ways_and_keeps_the_opening_hours() -> None:
    wanted = facts(span(9, 11), (Seat(1, 1, span(9, 11)),))

    assert nearest_free(wanted, limit=3) == [span(11, 13), span(11.5, 13.5), span(12, 14)]


def test_nearest_free_keeps_both_buffers() -> None:
    need = Need(1, 1, 1, span(8.5, 11.25), 30, 15)
    wanted = facts(span(9, 11), (Seat(1, 1, span(8.5, 11.25)),), needs=(need,))

    assert nearest_free(wanted, limit=1) == [span(12, 14)]


def test_nearest_free_keeps_the_notice() -> None:
    late = facts(span(9, 11), now=at(8), resources=(resource((span(8, 19),), policy=policy(notice_hours=4)),))

    assert nearest_free(late, limit=1) == [span(12, 14)]


def test_nearest_free_keeps_the_horizon() -> None:
    tomorrow = span(32, 43)
    only_today = facts(
        span(9, 11),
        (Seat(1, 1, span(8, 19)),),
        now=at(7),
        resources=(resource((span(8, 19), tomorrow), policy=policy(horizon_days=0)),),
    )

    assert nearest_free(only_today, limit=1) == []


def test_nearest_free_is_common_to_all_resources() -> None:
    other = resource((span(14, 19),), id=2, code="TV-VIS")
    wanted = facts(
        span(9, 11),
        resources=(resource((span(8, 19),)), other),
        needs=(Need(1, 1, 1, span(9, 11), 0, 0), Need(2, 1, 1, span(9, 11), 0, 0)),
    )

    assert nearest_free(wanted, limit=2) == [span(14, 16), span(14.5, 16.5)]


quarters = st.integers(0, 24 * 4)


@given(st.lists(st.tuples(quarters, st.integers(1, 16)), max_size=12), st.integers(1, 4))
def test_seats_given_one_by_one_never_overlap(wishes: list[tuple[int, int]], capacity: int) -> None:
    taken: list[Seat] = []
    for start, length in wishes:
        wanted = Period(at(start / 4), at((start + length) / 4))
        taken += seats_for([Need(1, capacity, 1, wanted, 0, 0)], taken) or []

    for seat in range(1, capacity + 1):
        periods = sorted(one.blocked for one in taken if one.seat == seat)
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(periods))
    assert all(1 <= one.seat <= capacity for one in taken)


@given(st.lists(st.tuples(quarters, st.integers(1, 16)), max_size=8), st.integers(1, 3), quarters)
def test_busy_says_what_counting_says(wishes: list[tuple[int, int]], capacity: int, quarter: int) -> None:
    taken = [
        Seat(1, index + 1, Period(at(start / 4), at((start + length) / 4)))
        for index, (start, length) in enumerate(wishes)
    ]
    moment = datetime.fromtimestamp(at(quarter / 4).timestamp(), UTC)
    full = any(busy.starts_at <= moment < busy.ends_at for busy in busy_periods(taken, capacity))

    assert full == (sum(one.blocked.starts_at <= moment < one.blocked.ends_at for one in taken) >= capacity)
