"""How projects stand: pure numbers put together from what the queries loaded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facility.calendar import closed_days
from facility.queries import the_site
from projects.models import Milestone, Project
from projects.queries import milestone_facts
from projects.rules import ACCEPTED, light, progress, slip_days, worst_slip


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """A milestone with its slip in working days and its colour."""

    milestone: Milestone
    slip: int
    rag: str


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """A project with its milestones' standings, progress in per cent and the milestone that comes next."""

    project: Project
    milestones: Sequence[MilestoneStanding]
    progress: Decimal
    worst_slip: int
    next: MilestoneStanding | None

    @property
    def next_gate(self) -> MilestoneStanding | None:
        """The next gate that nobody has passed yet."""
        ahead = (one for one in self.milestones if one.milestone.is_gate and one.milestone.status != ACCEPTED)
        return next(ahead, None)


def standing_of(project: Project, *, today: date, holidays: Collection[date]) -> ProjectStanding:
    """Return how a project stands on a day; its milestones must be loaded, nothing is asked of the database."""
    milestones = sorted(project.milestones.all(), key=lambda milestone: milestone.position)
    facts = [milestone_facts(milestone) for milestone in milestones]
    standings = []
    for milestone, fact in zip(milestones, facts, strict=True):
        slip = slip_days(fact, today, holidays)
        standings.append(MilestoneStanding(milestone, slip, "green" if fact.status == ACCEPTED else light(slip)))
    return ProjectStanding(
        project=project,
        milestones=standings,
        progress=progress(facts),
        worst_slip=worst_slip(facts, today, holidays),
        next=next((one for one in standings if one.milestone.status != ACCEPTED), None),
    )


def standings_on(today: date) -> Callable[[Project], ProjectStanding]:
    """Return the function that says how a loaded project stands on a day; the site's holidays are asked for once."""
    site = the_site()

    def standing(project: Project) -> ProjectStanding:
        last = max([today, *(milestone.end for milestone in project.milestones.all())])
        return standing_of(project, today=today, holidays=closed_days(site, project.starts_on, last))

    return standing
