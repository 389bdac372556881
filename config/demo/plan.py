"""Who comes to the centre and when: ordinary days, filled like those of a real one."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from common.periods import Period
from companies.models import User
from config.demo import words
from config.demo.people import People
from config.demo.scenery import FAVOURITES, REGULARS, Scenery
from config.demo.wishes import Wish
from facility.models import OperatorNeed, Resource

BOOKINGS = 1500
WEEKDAY_WEIGHTS = (0.9, 1.1, 1.15, 1.05, 0.75, 0.08, 0.04)
#: Starts by the minute of the day: mornings are busy.
STARTS = {480: 8, 510: 4, 540: 28, 570: 9, 600: 13, 660: 6, 780: 4, 840: 15, 870: 5, 900: 6, 960: 2}
LENGTHS = {60: 6, 90: 5, 120: 22, 180: 22, 240: 28, 360: 7, 480: 10}
ATTEMPTS = 12


@dataclass(slots=True)
class Planner:
    """Draws wishes for which the diary has room."""

    rng: random.Random
    people: People
    scenery: Scenery

    def ordinary_days(self, count: int) -> Iterator[Wish]:
        """Yield about so many bookings, spread over all days as a centre fills: past days full, far ones thin."""
        days = self.scenery.span.days()
        weights = [self._weight(day) for day in days]
        share = count / sum(weights)
        owed = 0.0
        for day, weight in zip(days, weights, strict=True):
            owed += weight * share
            for _booking in range(int(owed)):
                wish = self._somebody(day)
                if wish is not None:
                    yield wish
            owed -= int(owed)

    def _weight(self, day: date) -> float:
        """Return how busy a day is; on days on which the centre is closed hardly anything runs."""
        span = self.scenery.span
        reference = self.scenery.resources["RB-COB1"]
        weight = WEEKDAY_WEIGHTS[day.weekday()] if self.scenery.open_on(reference, day) else 0.05
        ahead = (day - span.today).days
        return weight if ahead <= 3 else weight * math.exp(-(ahead - 3) / 40)

    def _somebody(self, day: date) -> Wish | None:
        """Draw a machine, a firm that may use it, and a free time on a day."""
        codes = list(self.scenery.resources)
        for _attempt in range(ATTEMPTS):
            code = self.rng.choices(codes, [FAVOURITES.get(one, 2) for one in codes])[0]
            resource = self.scenery.resources[code]
            if (day - self.scenery.span.today).days > resource.policy.horizon_days - 4:
                continue
            user = self._firm()
            operator = self._operator(resource, user, day)
            period = self._free_time(resource, day)
            if operator is None or period is None:
                continue
            return Wish(
                resource=resource,
                period=period,
                by=user,
                company=user.company,
                purpose=self.rng.choice(words.PURPOSES[resource.kind]),
                operator=operator,
                people=self.rng.randrange(1, min(5, resource.policy.max_people) + 1),
            )
        return None

    def _firm(self) -> User:
        keys = list(self.people.firms)
        key = self.rng.choices(keys, [REGULARS.get(one, 1) for one in keys])[0]
        return self.people.firms[key]

    def _operator(self, resource: Resource, user: User, day: date) -> bool | None:
        """Say whether an operator must be booked too; None when this firm cannot use the machine at all."""
        chance = self.rng.random()
        able = self.able(resource, user, day)
        if resource.operator == OperatorNeed.OPTIONAL:
            return not able or chance < 0.2
        return False if able or resource.operator == OperatorNeed.REQUIRED else None

    def able(self, resource: Resource, user: User, day: date) -> bool:
        """Say whether a person may use a machine alone on a day."""
        wanted = resource.qualification_id
        return wanted is None or any(
            one.user == user.pk and one.qualification == wanted and one.earned_on <= day < one.expires_on
            for one in self.scenery.ground.held
        )

    def _free_time(self, resource: Resource, day: date) -> Period | None:
        """Draw a start and a length that the machine's policy and the diary allow."""
        policy = resource.policy
        start = self.rng.choices(list(STARTS), list(STARTS.values()))[0]
        length = self.rng.choices(list(LENGTHS), list(LENGTHS.values()))[0]
        start = start // policy.step_minutes * policy.step_minutes
        length = max(length, policy.min_minutes) // policy.step_minutes * policy.step_minutes
        return self.at(resource, day, start, min(length, policy.max_minutes))

    def at(self, resource: Resource, day: date, start: int, length: int) -> Period | None:
        """Take a machine from a minute of a day on for so many minutes; None when it is closed or taken."""
        starts_at = self.scenery.span.at(day, start)
        period = Period(starts_at, starts_at + timedelta(minutes=length))
        return period if self.scenery.place([resource], period) else None

    def soonest(
        self, resource: Resource, day: date, length: int, *, starts: tuple[int, ...], days: int
    ) -> Period | None:
        """Take a machine on the first of some days, at the first of some starts, at which it is free."""
        for ahead in range(days):
            for start in starts:
                period = self.at(resource, day + timedelta(days=ahead), start, length)
                if period is not None:
                    return period
        return None
