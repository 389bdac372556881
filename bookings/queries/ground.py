"""The facts about many bookings, read once: opening hours, qualifications and seats as they stand at each moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bookings.queries.facts import DAY, needs_of, reach_of, resource_facts, resource_ids, seats_taken
from bookings.rules.facts import BookingFacts, Seat
from common.periods import Period
from companies.models import User
from facility.calendar import open_periods
from facility.models import QualificationHeld, Resource
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Hours:
    """A resource's open periods, sorted, to be cut out by window."""

    periods: tuple[Period, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]

    def around(self, window: Period) -> list[Period]:
        """Return the open periods that touch a window."""
        first, last = bisect_right(self.ends, window.starts_at), bisect_left(self.starts, window.ends_at)
        return list(self.periods[first:last])


@dataclass(frozen=True, slots=True)
class Held:
    """A qualification held by a person of a company for a while."""

    qualification: int
    user: int
    email: str
    company: int | None
    earned_on: date
    expires_on: date


@dataclass(slots=True)
class Ground:
    """What decides about bookings of some resources in a span of time; seats come and go."""

    hours: dict[int, Hours]
    held: list[Held]
    seats: defaultdict[int, list[Seat]]

    def facts(
        self,
        *,
        resources: Sequence[Resource],
        period: Period,
        people: int,
        names: Collection[str],
        with_operator: bool,
        project: Project | None,
        booker: User,
        now: datetime,
    ) -> BookingFacts:
        """Return the facts about one booking as `queries.facts.facts_for` does, without a query."""
        window = Period(period.starts_at - DAY, period.ends_at + DAY)
        opening = {one.pk: self.hours[one.pk].around(window) for one in resources}
        held = self._held(booker, names, period.starts_at.astimezone(resources[0].site.tz).date())
        needs = needs_of(resources, period, opening)
        return BookingFacts(
            period=period,
            now=now,
            people=people,
            with_operator=with_operator,
            resources=tuple(resource_facts(one, tuple(opening[one.pk]), held) for one in resources),
            needs=tuple(needs),
            taken=tuple(self._taken(resource_ids(resources), reach_of(needs, window))),
            project_open=project is None or project.is_open,
        )

    def take(self, seats: Iterable[Seat]) -> None:
        """Occupy seats."""
        for seat in seats:
            self.seats[seat.resource_id].append(seat)

    def free(self, seats: Iterable[Seat]) -> None:
        """Give seats back."""
        for seat in seats:
            self.seats[seat.resource_id].remove(seat)

    def _taken(self, ids: Iterable[int], window: Period) -> list[Seat]:
        return [seat for number in ids for seat in self.seats[number] if seat.blocked.overlaps(window)]

    def _held(self, booker: User, names: Collection[str], on: date) -> set[int]:
        addresses = {name.lower() for name in names}
        return {
            one.qualification
            for one in self.held
            if one.earned_on <= on < one.expires_on
            and (one.user == booker.pk or (one.email in addresses and self._knows(booker, one)))
        }

    @staticmethod
    def _knows(booker: User, one: Held) -> bool:
        """Say whether the booker may name this person: a colleague, or anybody for the centre's staff."""
        return booker.is_centre_staff or (booker.company_id is not None and one.company == booker.company_id)


def ground_for(resources: Collection[Resource], window: Period) -> Ground:
    """Read the ground for bookings of some resources inside a window (5 queries whatever their number)."""
    wide = Period(window.starts_at - timedelta(days=2), window.ends_at + timedelta(days=2))
    seats: defaultdict[int, list[Seat]] = defaultdict(list)
    for seat in seats_taken(resource_ids(resources), wide):
        seats[seat.resource_id].append(seat)
    opening = open_periods(resources, wide)
    hours = {
        number: Hours(tuple(periods), tuple(p.starts_at for p in periods), tuple(p.ends_at for p in periods))
        for number, periods in opening.items()
    }
    rows = QualificationHeld.objects.values_list(
        "qualification_id", "user_id", "user__email", "user__company_id", "earned_on", "expires_on"
    )
    return Ground(hours, [Held(*row) for row in rows], seats)
