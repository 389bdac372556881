"""A project's plan as geometry: days become whole drawing units. No ORM, no clock, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 960
LEFT = 56  # room for the milestones' short names
RIGHT = 16
HEAD = 30
ROW = 44
ROOM_FOR_NAME = 44
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One milestone: its days, the last one included, and the days of the bookings that hang on it."""

    name: str
    baseline: tuple[date, date]
    forecast: tuple[date, date]
    actual: tuple[date, date] | None
    is_gate: bool
    bookings: Sequence[date] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of days on the drawing."""

    x: int
    width: int


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One milestone on the drawing; `y` is the top of its line, `gate` the middle of its diamond."""

    name: str
    y: int
    baseline: Bar
    forecast: Bar
    actual: Bar | None
    gate: int | None
    ticks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Month:
    """A month's first day on the drawing; its name where there is room, with the year where that is new."""

    first: date
    x: int
    label_x: int
    has_label: bool
    has_year: bool


@dataclass(frozen=True, slots=True)
class Gantt:
    """The whole drawing."""

    width: int
    height: int
    left: int
    head: int
    bottom: int
    months: Sequence[Month]
    rows: Sequence[DrawnRow]
    today: int | None


def gantt(rows: Sequence[GanttRow], today: date) -> Gantt | None:
    """Place milestones, months and today on a drawing of fixed width; None when there is no milestone.

    The scale reaches from the first of all days to the last, in whole units; a bar ends with the end of its last day.
    """
    if not rows:
        return None
    first, last = _reach(rows)
    scale = _Scale(first, (last - first).days + 1)
    height = HEAD + ROW * len(rows)
    return Gantt(
        width=WIDTH,
        height=height,
        left=LEFT,
        head=HEAD,
        bottom=height - 4,
        months=_months(first, last, scale),
        rows=[_drawn(row, HEAD + ROW * index, scale) for index, row in enumerate(rows)],
        today=scale.middle(today) if first <= today <= last else None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    days: int

    def x(self, day: date) -> int:
        """The left edge of a day."""
        return LEFT + round((day - self.first).days * (WIDTH - LEFT - RIGHT) / self.days)

    def middle(self, day: date) -> int:
        """The middle of a day."""
        return (self.x(day) + self.x(day + DAY)) // 2

    def bar(self, days: tuple[date, date]) -> Bar:
        """The stretch from the first day's left edge to the last day's right edge, never invisible."""
        left = self.x(days[0])
        return Bar(left, max(2, self.x(days[1] + DAY) - left))


def _reach(rows: Sequence[GanttRow]) -> tuple[date, date]:
    spans = [span for row in rows for span in (row.baseline, row.forecast, row.actual) if span is not None]
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _drawn(row: GanttRow, y: int, scale: _Scale) -> DrawnRow:
    forecast = scale.bar(row.forecast)
    first, last = scale.first, scale.first + DAY * (scale.days - 1)
    return DrawnRow(
        name=row.name,
        y=y,
        baseline=scale.bar(row.baseline),
        forecast=forecast,
        actual=scale.bar(row.actual) if row.actual else None,
        gate=forecast.x + forecast.width if row.is_gate else None,
        ticks=[scale.middle(day) for day in sorted(set(row.bookings)) if first <= day <= last],
    )


def _months(first: date, last: date, scale: _Scale) -> list[Month]:
    """Return the months on the drawing, the one that it begins in too; names that would meet are left out."""
    starts = [first]
    day = _next_month(first)
    while day <= last:
        starts.append(day)
        day = _next_month(day)
    is_short = len(starts) > 1 and scale.x(starts[1]) - scale.x(first) < ROOM_FOR_NAME
    months: list[Month] = []
    taken_to = scale.x(starts[1]) if is_short else 0  # a first month of a few days leaves its room to the next
    for start in starts:
        x = scale.x(start)
        has_label = x >= taken_to and x + ROOM_FOR_NAME <= WIDTH
        taken_to = x + ROOM_FOR_NAME if has_label else taken_to
        has_year = start.month == 1 or not any(month.has_label for month in months)
        months.append(Month(start.replace(day=1), x, x + 5, has_label, has_year))
    return months


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def actual_days(start: date | None, end: date | None, today: date) -> tuple[date, date] | None:
    """Return the days really used so far: until the end, or until today while it lasts."""
    if start is None or (end is None and start > today):
        return None
    return start, end or today
