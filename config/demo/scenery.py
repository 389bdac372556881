"""The centre as the plan sees it: machines with their hours, and a diary that never takes a slot twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.queries.facts import booked_resources, needs_of
from bookings.queries.ground import Ground, ground_for
from bookings.rules.facts import Seat
from bookings.rules.occupancy import seats_for
from common.periods import Period
from facility.models import Resource
from projects.models import Project

DAY = timedelta(days=1)
#: How much each machine is asked for; those not named, a little.
FAVOURITES = {
    "RB-COB1": 10, "AM-FDM": 8, "ME-CMM": 8, "TV-VIS": 7, "SI-FAB": 6, "AM-SLS": 6, "DA-EDG": 5, "VR-CAVE": 5,
    "DT-LIN": 5, "VC-PLC": 5, "AM-SCN": 5, "BP-CLI": 4, "PR-ELE": 4, "SA-AUL1": 4, "RB-COB2": 4, "LP-ASM": 1,
    "LP-ADD": 1, "LP-ELE": 1, "LP-PRO": 1, "SA-EVT": 1,
}  # fmt: skip
#: Those who come often.
REGULARS = {
    "FANTA": 6, "GIRA": 6, "AUTOM": 6, "TORNI": 5, "DENTE": 5, "PROTO": 5, "NUVO": 4, "MICRO": 3, "COLOS": 3,
    "CIRCU": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """The days of the demonstration: from the first closed month to the last day that can be booked."""

    first: date
    today: date
    last: date
    zone: ZoneInfo

    def at(self, day: date, minute: int) -> datetime:
        """Return the instant of a wall time."""
        wall = datetime.combine(day, time(), tzinfo=self.zone) + timedelta(minutes=minute)
        return wall.astimezone(UTC)

    def days(self) -> list[date]:
        """Return every day of the span."""
        return [self.first + number * DAY for number in range((self.last - self.first).days + 1)]


def span_of(today: date, zone: ZoneInfo) -> Span:
    """Return the span around a day: two whole months before its own, and half a year after."""
    first = today.replace(day=1)
    for _month in range(2):
        first = (first - DAY).replace(day=1)
    return Span(first, today, today + timedelta(days=180), zone)


@dataclass(frozen=True, slots=True)
class Scenery:
    """Machines, projects and the diary."""

    span: Span
    resources: dict[str, Resource]
    projects: dict[str, Project]
    ground: Ground

    def open_on(self, resource: Resource, day: date) -> list[Period]:
        """Return when a machine is open inside a local day."""
        whole = Period(self.span.at(day, 0), self.span.at(day, 24 * 60))
        around = self.ground.hours[resource.pk].around(whole)
        return [part for hours in around if (part := hours.intersection(whole))]

    def place(self, resources: Sequence[Resource], period: Period, *, opened: bool = False) -> bool:
        """Write a period into the diary if every machine is open (or opened for once) and free."""
        window = Period(period.starts_at - DAY, period.ends_at + DAY)
        opening = {one.pk: self.ground.hours[one.pk].around(window) for one in resources}
        if not opened and not all(any(hours.contains(period) for hours in opening[one.pk]) for one in resources):
            return False
        needs = needs_of(resources, period, opening)
        taken = [seat for need in needs for seat in self.ground.seats[need.resource_id]]
        seats = seats_for(needs, taken)
        if seats is None:
            return False
        self.ground.take(seats)
        return True

    def keep_free(self, codes: Sequence[str], period: Period) -> None:
        """Let nobody plan anything on some machines: visitors of the demonstration want to find them free."""
        for resource in (self.resources[code] for code in codes):
            self.ground.take(Seat(resource.pk, seat, period) for seat in range(1, resource.capacity + 1))


def read_scenery(span: Span) -> Scenery:
    """Read machines and projects, with an empty diary."""
    published = Resource.objects.filter(internal=False, published=True).order_by("code")
    resources = booked_resources(list(published.values_list("code", flat=True)))
    projects = (
        Project.objects.select_related("company", "pm")
        .prefetch_related("milestones__planned_uses__resource")
        .order_by("code")
    )
    window = Period(span.at(span.first, 0), span.at(span.last + DAY, 0))
    return Scenery(
        span, {one.code: one for one in resources}, {one.code: one for one in projects}, ground_for(resources, window)
    )
