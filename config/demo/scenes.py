"""What does not happen every day: projects on their milestones, upkeep and courses, a breakdown, a lively today."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle

from common.periods import Period
from companies.models import User
from config.demo import words
from config.demo.plan import Planner
from config.demo.wishes import Wish
from facility.models import ApprovalMode, OperatorNeed, Resource
from projects.models import Milestone, PlannedUse, Project

DAY = timedelta(days=1)
MORNING, AFTERNOON = 9 * 60, 14 * 60
#: Machines that visitors of the demonstration try out: their mornings stay free for two weeks and a half.
QUIET_MORNINGS = ("RB-SAL", "AM-LPBF", "AM-FORN", "MU-5AX", "CY-OT", "CY-5G", "ME-TOM")
#: The parts of the assembly line, free together on two mornings a week.
QUIET_LINE = ("RB-COB1", "RB-COB2", "TV-VIS", "AG-AMR")
QUIET_DAYS = 18
LINE_DAYS = (1, 3)
UPKEEP = (
    "RB-COB1", "ME-CMM", "AM-SLS", "BP-VIB", "MU-RET", "RB-IND", "TV-VIS", "BP-MOT", "AM-SCN", "BP-PRE", "MG-VER",
)  # fmt: skip
BROKEN = "ME-CMM"
#: Machines that need nobody's qualification once an operator is there: an open day can use them all.
OPEN_DAY = ("RB-COB1", "TV-VIS", "VR-CAVE", "DT-LIN", "AM-SLS", "MG-VER", "BP-PRE", "VC-PLC")


class Scenes:
    """Draws the wishes that have a reason; they are placed before the ordinary days fill the rest."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner
        self.scenery = planner.scenery
        self.span = planner.scenery.span
        self.people = planner.people
        self.rng = planner.rng

    def keep_mornings_free(self) -> None:
        """Keep out of the slots that visitors will want."""
        for ahead in range(1, QUIET_DAYS + 1):
            day = self.span.today + ahead * DAY
            morning = Period(self.span.at(day, 7 * 60), self.span.at(day, 13 * 60 + 30))
            self.scenery.keep_free(QUIET_MORNINGS, morning)
            if day.weekday() in LINE_DAYS:
                self.scenery.keep_free(QUIET_LINE, morning)

    def projects(self) -> Iterator[Wish]:
        """Yield the sessions that the projects' milestones plan, inside their forecast weeks."""
        for project in self.scenery.projects.values():
            for milestone in sorted(project.milestones.all(), key=lambda one: one.position):
                for planned in sorted(milestone.planned_uses.all(), key=lambda one: one.resource.code):
                    yield from self._sessions(project, milestone, planned)

    def _sessions(self, project: Project, milestone: Milestone, planned: PlannedUse) -> Iterator[Wish]:
        """Spread a milestone's hours over its weeks; those before the first month and far ahead are left out."""
        resource = self.scenery.resources[planned.resource.code]
        length = min(480 if planned.hours > 60 else 240, resource.policy.max_minutes)
        count = math.ceil(planned.hours * 60 / length)
        days = (milestone.end - milestone.start).days + 1
        horizon = self.span.today + timedelta(days=min(resource.policy.horizon_days - 4, 45))
        for number in range(count):
            day = milestone.start + timedelta(days=number * days // count)
            if not self.span.first <= day <= min(horizon, milestone.end):
                continue
            if not project.is_open and day >= self.span.today - 7 * DAY:
                continue
            left = min(5, (milestone.end - day).days + 1)
            period = self.planner.soonest(resource, day, length, starts=(MORNING, AFTERNOON, 480, 780), days=left)
            if period is not None:
                yield self._session(project, milestone, resource, period)

    def _session(self, project: Project, milestone: Milestone, resource: Resource, period: Period) -> Wish:
        user = next(one for one in self.people.firms.values() if one.company_id == project.company_id)
        able = self.planner.able(resource, user, period.starts_at.astimezone(self.span.zone).date())
        closed = not project.is_open
        return Wish(
            resource=resource,
            period=period,
            by=project.pm if closed else user,
            company=project.company,
            project=project,
            milestone=milestone,
            purpose=f"{milestone.code}: {milestone.deliverable_it}",
            operator=resource.operator == OperatorNeed.OPTIONAL and (closed or not able or self.rng.random() < 0.15),
            people=min(2, resource.policy.max_people),
            override_reason=words.AFTER_THE_END if closed else "",
            fate="used" if closed or self.rng.random() < 0.9 else "",
        )

    def upkeep(self) -> Iterator[Wish]:
        """Yield maintenance by the technician, a machine after the other, every second working day."""
        technician = self.people.staff["technician"]
        machines = cycle(UPKEEP)
        for day in self._working_days(self.span.first, self.span.today + 40 * DAY)[::2]:
            resource = self.scenery.resources[next(machines)]
            period = self.planner.at(resource, day, 8 * 60 + 30, 90)
            if period is not None:
                purpose = self.rng.choice(words.MAINTENANCE)
                yield Wish(resource, period, technician, None, purpose, operator=_asks_operator(resource), fate="used")

    def courses(self) -> Iterator[Wish]:
        """Yield the training office's days in the classroom, two or three a week."""
        office = self.people.staff["training"]
        room = self.scenery.resources["SA-AUL1"]
        for day in self._working_days(self.span.first, self.span.today + 100 * DAY):
            if day.weekday() in (0, 2, 3) and self.rng.random() < 0.8:
                period = self.planner.at(room, day, self.rng.choice((MORNING, AFTERNOON)), 240)
                if period is not None:
                    people = self.rng.randrange(6, 19)
                    yield Wish(room, period, office, None, self.rng.choice(words.COURSES), people=people, fate="used")

    def breakdown(self) -> Iterator[Wish]:
        """Yield the days on which the measuring machine broke down; the bookings that followed were called off."""
        machine = self.scenery.resources[BROKEN]
        days = self._working_days(self.span.today - 20 * DAY, self.span.today - 8 * DAY)[-4:]
        firms = self._firms("TORNI", "DENTE", "FANTA", "AEROL", "POMPA", "GIRA", "ROTAI", "PRESSA")
        fate, stopped_at = "broken", None
        for day in days:
            for start in (MORNING, AFTERNOON):
                period = self.planner.at(machine, day, start, 180)
                if period is not None:
                    user = next(firms)
                    purpose = self.rng.choice(words.PURPOSES[machine.kind])
                    yield Wish(
                        machine, period, user, user.company, purpose, people=2, fate=fate, cancelled_at=stopped_at
                    )
                    fate, stopped_at = "cancelled_by_breakdown", stopped_at or period.ends_at - timedelta(minutes=40)

    def waiting(self) -> Iterator[Wish]:
        """Yield requests for the coming days that the centre has not answered yet."""
        guarded = [one for one in self.scenery.resources.values() if one.policy.approval == ApprovalMode.ALWAYS]
        firms = self._firms("AUTOM", "NUVO", "VALVO", "COLOS", "DENTE", "CIRCU", "MICRO")
        for number in range(9):
            resource = guarded[number % len(guarded)]
            day = self.span.today + timedelta(days=5 + number)
            period = self.planner.soonest(resource, day, 240, starts=(AFTERNOON, 14 * 60 + 30), days=6)
            if period is not None:
                user = next(firms)
                purpose = self.rng.choice(words.PURPOSES[resource.kind])
                yield Wish(resource, period, user, user.company, purpose, people=2, fate="waiting")

    def today(self) -> Iterator[Wish]:
        """Yield what is on the floor today, also when today is a Sunday: then the doors are open to firms."""
        long_runs = (("BP-CLI", 34 * 60, -12 * 60), ("DA-EDG", 30 * 60, -9 * 60))
        for code, length, start in long_runs:
            yield from self._long_run(self.scenery.resources[code], length, start)
        if self.scenery.open_on(self.scenery.resources["RB-COB1"], self.span.today):
            return
        firms = self._firms("FANTA", "GIRA", "TORNI", "AUTOM", "PROTO", "SETA")
        manager = self.people.staff["manager"]
        for code in OPEN_DAY:
            resource = self.scenery.resources[code]
            for start in (MORNING, AFTERNOON):
                starts_at = self.span.at(self.span.today, start)
                period = Period(starts_at, starts_at + timedelta(hours=3))
                if self.scenery.place([resource], period, opened=True):
                    yield Wish(
                        resource,
                        period,
                        manager,
                        next(firms).company,
                        words.OPEN_DAY,
                        operator=_asks_operator(resource),
                        people=2,
                        override_reason=words.OPEN_DAY,
                        fate="used",
                    )

    def _long_run(self, resource: Resource, length: int, start: int) -> Iterator[Wish]:
        user = self.people.firms["BOLLA"]
        period = self.planner.at(resource, self.span.today, start, length)
        if period is not None:
            purpose = words.PURPOSES[resource.kind][0]
            operator = _asks_operator(resource)
            yield Wish(resource, period, user, user.company, purpose, operator=operator, fate="used")

    def _firms(self, *keys: str) -> Iterator[User]:
        return cycle([self.people.firms[key] for key in keys])

    def _working_days(self, first: date, last: date) -> list[date]:
        reference = self.scenery.resources["RB-COB1"]
        days = [first + number * DAY for number in range((last - first).days + 1)]
        return [day for day in days if day.weekday() < 5 and self.scenery.open_on(reference, day)]


def _asks_operator(resource: Resource) -> bool:
    return resource.operator == OperatorNeed.OPTIONAL
