"""Working days, slip, progress, weights and planned dates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import (
    MilestoneFacts,
    first_working_day,
    last_working_day,
    light,
    planned_dates,
    progress,
    project_light,
    slip_days,
    weights,
    working_days_between,
    worst_slip,
)

#: Public holidays of spring 2026, as the site has them.
HOLIDAYS = frozenset({date(2026, 4, 6), date(2026, 4, 25), date(2026, 5, 1), date(2026, 6, 2)})
LATE_APRIL = date(2026, 4, 24)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("milestone", "today", "slip", "colour"),
    [
        # Q03 and Q04 of the worked numbers.
        (MilestoneFacts(date(2026, 4, 24), date(2026, 4, 28)), date(2026, 4, 20), 2, "green"),
        (MilestoneFacts(date(2026, 4, 30), date(2026, 4, 30)), date(2026, 5, 11), 6, "amber"),
        # On time, early, accepted late, accepted without a day, sixteen days late.
        (MilestoneFacts(date(2026, 4, 30), date(2026, 4, 30)), date(2026, 4, 30), 0, "green"),
        (MilestoneFacts(date(2026, 4, 30), date(2026, 4, 28)), date(2026, 4, 1), 0, "green"),
        (MilestoneFacts(LATE_APRIL, LATE_APRIL, date(2026, 4, 29), "accepted"), date(2026, 6, 1), 3, "green"),
        (MilestoneFacts(LATE_APRIL, date(2026, 4, 27), None, "accepted"), date(2026, 6, 1), 1, "green"),
        (MilestoneFacts(date(2026, 4, 30), date(2026, 5, 25)), date(2026, 5, 1), 16, "red"),
    ],
)  # fmt: skip
def test_slip_counts_working_days_after_the_baseline(
    milestone: MilestoneFacts, today: date, slip: int, colour: str
) -> None:
    assert slip_days(milestone, today, HOLIDAYS) == slip
    assert light(slip) == colour


def test_worst_slip_looks_only_at_what_is_not_accepted() -> None:
    accepted = MilestoneFacts(date(2026, 3, 2), date(2026, 3, 2), date(2026, 4, 30), "accepted")
    late = MilestoneFacts(date(2026, 4, 24), date(2026, 4, 28))

    assert worst_slip([accepted, late], date(2026, 4, 20), HOLIDAYS) == 2
    assert worst_slip([accepted], date(2026, 4, 20), HOLIDAYS) == 0


@pytest.mark.parametrize(
    ("slip", "burn", "done", "colour"),
    [
        (5, "60", "50", "green"),
        (6, "60", "50", "amber"),
        (5, "60.01", "50", "amber"),
        (15, "70", "50", "amber"),
        (16, "0", "50", "red"),
        (0, "45", "20", "red"),  # Q06
    ],
)
def test_project_light_weighs_slip_and_burn(slip: int, burn: str, done: str, colour: str) -> None:
    assert project_light(worst_slip=slip, burn=Decimal(burn), progress=Decimal(done)) == colour


def test_progress_is_the_weight_of_what_is_accepted() -> None:
    day = date(2026, 3, 2)
    milestones = [
        MilestoneFacts(day, day, day, "accepted", Decimal(20)),
        MilestoneFacts(day, day, day, "accepted", Decimal(30)),
        MilestoneFacts(day, day, None, "delivered", Decimal(50)),
    ]

    assert progress(milestones) == Decimal(50)  # Q01


@given(st.lists(st.decimals(0, 100_000, places=2), min_size=1, max_size=12))
def test_weights_sum_to_a_hundred_and_stay_within_a_cent_of_their_share(budgets: list[Decimal]) -> None:
    shares = weights(budgets)
    total = sum(budgets)

    assert sum(shares) == 100
    if total:
        exact = [budget * 100 / total for budget in budgets]
        assert all(abs(share - part) <= Decimal("0.01") for share, part in zip(shares, exact, strict=True))


@given(DAYS, st.integers(0, 60))
def test_working_days_between_agree_with_a_count_day_by_day(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    days = [first + timedelta(days=number) for number in range(1, length + 1)]

    expected = len([day for day in days if day.weekday() < 5 and day not in HOLIDAYS])

    assert working_days_between(first, last, HOLIDAYS) == expected
    assert working_days_between(last, first, HOLIDAYS) == (expected if first == last else 0)


@given(DAYS)
def test_nearest_working_days_enclose_a_day(day: date) -> None:
    before, after = last_working_day(day, HOLIDAYS), first_working_day(day, HOLIDAYS)

    assert before <= day <= after
    assert working_days_between(before, after, HOLIDAYS) == (0 if before == after else 1)


def test_planned_dates_run_from_monday_to_friday_and_slip_by_weeks() -> None:
    dates = planned_dates(
        starts_on=date(2026, 3, 30), week_start=1, week_end=5, slip_before=1, slip=2, holidays=HOLIDAYS
    )

    assert (dates.baseline_start, dates.baseline_end) == (date(2026, 4, 7), date(2026, 4, 30))
    assert (dates.start, dates.end) == (date(2026, 4, 13), date(2026, 5, 22))
