"""Who sits where: buffers, seats, and the nearest periods that are still free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bookings.rules.facts import BookingFacts, Need, Policy, ResourceFacts, Seat
from common.periods import Period, joined

MINUTE = timedelta(minutes=1)


def is_whole_day(period: Period, opening: Sequence[Period]) -> bool:
    """Say whether the period runs from opening to closing or longer; such a booking needs no buffers."""
    touched = [hours for hours in opening if hours.overlaps(period)]
    return bool(touched) and all(period.contains(hours) for hours in touched)


def buffers(policy: Policy, period: Period, opening: Sequence[Period]) -> tuple[int, int]:
    """Return the minutes blocked before and after a period."""
    return (0, 0) if is_whole_day(period, opening) else (policy.setup_minutes, policy.cleanup_minutes)


def seats_for(needs: Iterable[Need], taken: Iterable[Seat]) -> list[Seat] | None:
    """Give each need the lowest free seats of its resource, or return None when one finds none."""
    occupied = list(taken)
    given: list[Seat] = []
    for need in needs:
        busy = {
            seat.seat
            for seat in occupied + given
            if seat.resource_id == need.resource_id and seat.blocked.overlaps(need.blocked)
        }
        free = [seat for seat in range(1, need.capacity + 1) if seat not in busy]
        if len(free) < need.quantity:
            return None
        given += [Seat(need.resource_id, seat, need.blocked) for seat in free[: need.quantity]]
    return given


def busy_periods(taken: Iterable[Seat], capacity: int) -> list[Period]:
    """Return the periods in which every seat of one resource is taken (the peak counts, not the neighbours)."""
    seats = list(taken)
    edges = sorted({edge for seat in seats for edge in (seat.blocked.starts_at, seat.blocked.ends_at)})
    full: list[Period] = []
    for starts_at, ends_at in pairwise(edges):
        span = Period(starts_at, ends_at)
        if sum(seat.blocked.overlaps(span) for seat in seats) >= capacity:
            full.append(span)
    return joined(full)


def moved(facts: BookingFacts, starts_at: datetime) -> BookingFacts:
    """Return the same wish at another start, its blocked ranges moved along."""
    period = Period(starts_at, starts_at + (facts.period.ends_at - facts.period.starts_at))
    needs = tuple(
        replace(need, blocked=period.widened(before_minutes=need.before_minutes, after_minutes=need.after_minutes))
        for need in facts.needs
    )
    return replace(facts, period=period, needs=needs)


def nearest_free(facts: BookingFacts, *, limit: int, wanted: datetime | None = None) -> list[Period]:
    """Return up to `limit` free periods of the same length, nearest to the wanted start first.

    Looks wherever the facts' open periods reach; keeps the step, notice, horizon and opening hours of every resource.
    """
    around = wanted or facts.period.starts_at
    earliest = facts.now + timedelta(hours=max(one.policy.notice_hours for one in facts.resources))
    starts = {start for start in _starts_on_step(facts) if start >= earliest and _within_horizon(start, facts)}
    found: list[Period] = []
    for start in sorted(starts, key=lambda start: (abs(start - around), start)):
        candidate = moved(facts, start)
        if seats_for(candidate.needs, facts.taken) is not None:
            found.append(candidate.period)
            if len(found) == limit:
                break
    return found


def _within_horizon(start: datetime, facts: BookingFacts) -> bool:
    """Say whether a start lies on a day that every resource lets one book today."""
    return all(days_between(facts.now, start, one.tz) <= one.policy.horizon_days for one in facts.resources)


def days_between(now: datetime, start: datetime, tz: ZoneInfo) -> int:
    """Return how many local days after today an instant lies."""
    return (start.astimezone(tz).date() - now.astimezone(tz).date()).days


def _starts_on_step(facts: BookingFacts) -> Iterator[datetime]:
    """Yield the starts at which the whole period lies inside the opening hours of every resource."""
    length = facts.period.ends_at - facts.period.starts_at
    step = timedelta(minutes=max(one.policy.step_minutes for one in facts.resources))
    first, *others = facts.resources
    for hours in first.open:
        start = _first_on_step(hours.starts_at, first)
        while start + length <= hours.ends_at:
            period = Period(start, start + length)
            if all(any(open_.contains(period) for open_ in other.open) for other in others):
                yield start
            start += step


def _first_on_step(opens_at: datetime, resource: ResourceFacts) -> datetime:
    """Return the first instant on the resource's step at or after an opening."""
    local = opens_at.astimezone(resource.tz)
    over = (local.hour * 60 + local.minute) % resource.policy.step_minutes
    return opens_at + (MINUTE * (resource.policy.step_minutes - over) if over else timedelta(0))
