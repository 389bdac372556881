"""The plan as geometry."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.gantt import HEAD, LEFT, RIGHT, ROW, WIDTH, Bar, GanttRow, actual_days, gantt

FIRST = date(2026, 9, 14)


def row(name: str = "M1", start: int = 0, length: int = 30, **facts: object) -> GanttRow:
    """Return a milestone that begins some days after the first."""
    days = (FIRST + timedelta(days=start), FIRST + timedelta(days=start + length - 1))
    plain = {"baseline": days, "forecast": days, "actual": None, "is_gate": False}
    return GanttRow(**{"name": name, **plain, **facts})  # type: ignore[arg-type]


def test_nothing_is_drawn_without_milestones() -> None:
    assert gantt([], FIRST) is None


def test_one_milestone_fills_the_drawing() -> None:
    drawing = gantt([row(is_gate=True)], FIRST)

    assert drawing is not None
    assert (drawing.width, drawing.height) == (WIDTH, HEAD + ROW)
    assert drawing.rows[0].forecast == Bar(LEFT, WIDTH - LEFT - RIGHT)
    assert drawing.rows[0].gate == WIDTH - RIGHT


def test_rows_follow_one_another_and_end_with_their_last_day() -> None:
    drawing = gantt([row("M1", 0, 15), row("M2", 15, 15)], FIRST)

    assert drawing is not None
    first, second = drawing.rows
    assert first.forecast.x + first.forecast.width == second.forecast.x
    assert (first.y, second.y) == (HEAD, HEAD + ROW)


def test_today_is_drawn_only_inside_the_plan() -> None:
    rows = [row(length=30)]
    inside = gantt(rows, FIRST + timedelta(days=29))
    after = gantt(rows, FIRST + timedelta(days=30))
    before = gantt(rows, FIRST - timedelta(days=1))

    assert inside is not None
    assert after is not None
    assert before is not None
    assert inside.today is not None
    assert (after.today, before.today) == (None, None)


def test_bookings_are_ticks_once_a_day_within_the_plan() -> None:
    days = [FIRST, FIRST, FIRST + timedelta(days=3), FIRST + timedelta(days=400)]
    drawing = gantt([row(bookings=days)], FIRST)

    assert drawing is not None
    assert len(drawing.rows[0].ticks) == 2


def test_months_are_named_where_there_is_room() -> None:
    drawing = gantt([row(length=150)], FIRST)

    assert drawing is not None
    assert [(month.first, month.has_label) for month in drawing.months] == [
        (date(2026, 9, 1), True),
        (date(2026, 10, 1), True),
        (date(2026, 11, 1), True),
        (date(2026, 12, 1), True),
        (date(2027, 1, 1), True),
        (date(2027, 2, 1), True),
    ]


def test_a_first_month_of_a_few_days_leaves_its_room_to_the_next() -> None:
    drawing = gantt([row(start=15, length=150)], FIRST)  # from 29 September

    assert drawing is not None
    assert [(month.first.month, month.has_label, month.has_year) for month in drawing.months[:3]] == [
        (9, False, True),
        (10, True, True),
        (11, True, False),
    ]


def test_actual_days_reach_until_today_while_they_last() -> None:
    today = FIRST + timedelta(days=9)

    assert actual_days(None, None, today) is None
    assert actual_days(today + timedelta(days=1), None, today) is None
    assert actual_days(FIRST, None, today) == (FIRST, today)
    assert actual_days(FIRST, FIRST, today) == (FIRST, FIRST)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400)), min_size=1, max_size=9), st.integers(-50, 1400))
def test_everything_lies_on_the_drawing(spans: list[tuple[int, int]], today: int) -> None:
    rows = [row(f"M{index}", start, length) for index, (start, length) in enumerate(spans)]

    drawing = gantt(rows, FIRST + timedelta(days=today))

    assert drawing is not None
    for drawn in drawing.rows:
        assert LEFT <= drawn.forecast.x <= drawn.forecast.x + drawn.forecast.width <= WIDTH - RIGHT + 2
        assert drawn.forecast.width >= 2
    assert drawing.today is None or LEFT <= drawing.today <= WIDTH - RIGHT
    labels = [month.label_x for month in drawing.months if month.has_label]
    assert all(later - earlier >= 40 for earlier, later in pairwise(labels))
