"""Half-open periods of time, always aware."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`[starts_at, ends_at)`: aware, never empty, kept in UTC (instants of one zone subtract by the wall clock).

    Raises: ValueError for naive instants and for an end that is not after the start.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a period needs aware instants")
        object.__setattr__(self, "starts_at", self.starts_at.astimezone(UTC))
        object.__setattr__(self, "ends_at", self.ends_at.astimezone(UTC))
        if self.ends_at <= self.starts_at:
            raise ValueError("a period ends after it starts")

    @property
    def minutes(self) -> int:
        """Elapsed whole minutes."""
        return int((self.ends_at - self.starts_at) // timedelta(minutes=1))

    @property
    def hours(self) -> Decimal:
        """Elapsed hours, exact to the minute."""
        return Decimal(self.minutes) / 60

    def overlaps(self, other: Period) -> bool:
        """Say whether the two share an instant."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, other: Period) -> bool:
        """Say whether the other lies wholly inside."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def intersection(self, other: Period) -> Period | None:
        """Return what the two share, or None."""
        starts_at, ends_at = max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at)
        return Period(starts_at, ends_at) if starts_at < ends_at else None

    def widened(self, *, before_minutes: int = 0, after_minutes: int = 0) -> Period:
        """Return the period with buffers around it."""
        return Period(
            self.starts_at - timedelta(minutes=before_minutes), self.ends_at + timedelta(minutes=after_minutes)
        )


def joined(periods: Iterable[Period]) -> list[Period]:
    """Sort periods and join those that touch or overlap."""
    result: list[Period] = []
    for period in sorted(periods):
        if result and period.starts_at <= result[-1].ends_at:
            result[-1] = Period(result[-1].starts_at, max(result[-1].ends_at, period.ends_at))
        else:
            result.append(period)
    return result


def without(whole: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """Cut the taken periods out of the whole ones."""
    cuts = joined(taken)
    result: list[Period] = []
    for period in joined(whole):
        cursor = period.starts_at
        for cut in cuts:
            if cut.ends_at <= cursor or cut.starts_at >= period.ends_at:
                continue
            if cut.starts_at > cursor:
                result.append(Period(cursor, cut.starts_at))
            cursor = max(cursor, cut.ends_at)
        if cursor < period.ends_at:
            result.append(Period(cursor, period.ends_at))
    return result
