"""Working days, slip, progress, weights and planned dates of projects: pure functions, `today` is an argument.

Working days are Monday to Friday without the site's public holidays, which callers hand in.
Source: docs, «PoC projects: rules and numbers».
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from common.money import largest_remainder

SATURDAY = 5
DAY = timedelta(days=1)
HUNDRED = Decimal(100)
ACCEPTED = "accepted"
GREEN_SLIP, AMBER_SLIP = 5, 15
GREEN_AHEAD, AMBER_AHEAD = 10, 20


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone's dates (the last day included), its weight in per cent and its status."""

    baseline_end: date
    end: date
    actual_end: date | None = None
    status: str = "planned"
    weight: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlannedDates:
    """When a milestone was planned and is now expected."""

    baseline_start: date
    baseline_end: date
    start: date
    end: date


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Say whether people work on a day."""
    return day.weekday() < SATURDAY and day not in holidays


def working_days_between(first: date, last: date, holidays: Collection[date]) -> int:
    """Count the working days after `first` up to `last`; 0 when `last` is not later."""
    days = (first + DAY * number for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def first_working_day(day: date, holidays: Collection[date]) -> date:
    """Return the day itself or the next working day."""
    while not is_working_day(day, holidays):
        day += DAY
    return day


def last_working_day(day: date, holidays: Collection[date]) -> date:
    """Return the day itself or the working day before it."""
    while not is_working_day(day, holidays):
        day -= DAY
    return day


def slip_days(milestone: MilestoneFacts, today: date, holidays: Collection[date]) -> int:
    """Return the slip of a milestone.

    Units:   working days from the baseline's end to the actual end; without one, and while the milestone is not
             accepted, to the later of forecast end and today. Never below 0.
    Source:  worked numbers Q03, Q04.
    """
    until = milestone.actual_end
    if until is None:
        until = milestone.end if milestone.status == ACCEPTED else max(milestone.end, today)
    return working_days_between(milestone.baseline_end, until, holidays)


def progress(milestones: Iterable[MilestoneFacts]) -> Decimal:
    """Return the progress in per cent: the weights of the accepted milestones."""
    return sum((one.weight for one in milestones if one.status == ACCEPTED), Decimal(0))


def weights(budgets: Sequence[Decimal]) -> list[Decimal]:
    """Share 100 per cent by budget so that two decimals add up exactly; equal shares when there is no money."""
    total = sum(budgets, Decimal(0))
    parts = budgets if total else [Decimal(1)] * len(budgets)
    exact = [part * HUNDRED / (total or len(budgets)) for part in parts]
    return largest_remainder(exact, HUNDRED)


def planned_dates(
    *, starts_on: date, week_start: int, week_end: int, slip_before: int, slip: int, holidays: Collection[date]
) -> PlannedDates:
    """Return a milestone's dates from its weeks in the plan.

    The baseline runs from the Monday of `week_start` to the Friday before `week_end`, holidays left out at both ends.
    The forecast moves by the weeks that earlier milestones slipped, its end by its own slip too.
    """
    monday = starts_on + timedelta(weeks=week_start)
    friday = starts_on + timedelta(weeks=week_end, days=-3)
    later, end_later = timedelta(weeks=slip_before), timedelta(weeks=slip_before + slip)
    return PlannedDates(
        baseline_start=first_working_day(monday, holidays),
        baseline_end=last_working_day(friday, holidays),
        start=first_working_day(monday + later, holidays),
        end=last_working_day(friday + end_later, holidays),
    )


def light(slip: int) -> str:
    """Return the colour of a milestone that is not accepted: its slip in working days up to 5, up to 15, or more."""
    if slip <= GREEN_SLIP:
        return "green"
    return "amber" if slip <= AMBER_SLIP else "red"


def worst_slip(milestones: Iterable[MilestoneFacts], today: date, holidays: Collection[date]) -> int:
    """Return the largest slip, in working days, among the milestones that are not accepted; 0 when all are."""
    slips = (slip_days(one, today, holidays) for one in milestones if one.status != ACCEPTED)
    return max(slips, default=0)


def project_light(*, worst_slip: int, burn: Decimal, progress: Decimal) -> str:
    """Return a project's colour from its worst slip and from how far burn (per cent) runs ahead of progress.

    Source:  worked number Q06.
    """
    ahead = burn - progress
    if worst_slip <= GREEN_SLIP and ahead <= GREEN_AHEAD:
        return "green"
    return "amber" if worst_slip <= AMBER_SLIP and ahead <= AMBER_AHEAD else "red"
