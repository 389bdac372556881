"""What the overviews read across projects, bookings and costs; fixed query counts, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bookings.models import Booking, BookingStatus
from bookings.queries.lists import BookingFilter, bookings_for
from common.languages import in_language
from common.money import ZERO, to_cents
from companies.models import User
from costing.models import Charge, Commitment, CommitmentState, Measure, Service
from projects.models import OPEN_STAGES, PlannedUse, Project
from projects.queries import projects_for
from projects.rules import project_light
from projects.summaries import ProjectStanding, standings_on

#: Bookings that never took place leave no tick on the plan.
ABSENT = (BookingStatus.REJECTED, BookingStatus.CANCELLED)
LATEST = 12


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of commitments or charges, added up."""

    list_value: Decimal = ZERO
    contribution: Decimal = ZERO
    net: Decimal = ZERO

    def __add__(self, other: Sums) -> Sums:
        """Add amount by amount."""
        return Sums(self.list_value + other.list_value, self.contribution + other.contribution, self.net + other.net)


@dataclass(frozen=True, slots=True)
class Budget:
    """Money of a project or a milestone, in euros of list value, without VAT."""

    budget: Decimal
    machine_budget: Decimal | None
    planned: Decimal
    committed: Decimal
    actual: Decimal
    contribution: Decimal
    company_share: Decimal

    @property
    def remaining(self) -> Decimal:
        """What may still be booked: of the machine budget where there is one, else of the budget."""
        ceiling = self.budget if self.machine_budget is None else self.machine_budget
        return ceiling - self.committed - self.actual


@dataclass(frozen=True, slots=True)
class ProjectBudget:
    """A project's money, as a whole and by milestone's primary key."""

    total: Budget
    milestones: Mapping[int, Budget]


@dataclass(frozen=True, slots=True)
class PortfolioCard:
    """A project in the list; burn is its actual list value in per cent of the budget, `rag` only while it is open."""

    standing: ProjectStanding
    burn: Decimal
    rag: str


@dataclass(frozen=True, slots=True)
class ProjectBookings:
    """The bookings of a project that a person may see: the latest ones, all days by milestone, how many."""

    latest: Sequence[Booking]
    count: int
    days: Mapping[int | None, list[date]] = field(default_factory=dict)


def portfolio(projects: Sequence[Project], *, today: date) -> list[PortfolioCard]:
    """Return the cards of loaded projects (2 queries: the site, what was charged)."""
    standing = standings_on(today) if projects else None
    rows = Charge.objects.filter(project__in=projects).values("project_id").annotate(actual=Sum("list_value"))
    actual = {row["project_id"]: row["actual"] for row in rows}
    return [_card(standing(project), actual.get(project.pk, ZERO)) for project in projects] if standing else []


def open_or_ended(user: object, *, shown: str) -> QuerySet[Project]:
    """Return the projects that a person may see: the open ones, those that ended, or all."""
    found = projects_for(user)
    ongoing = (*OPEN_STAGES, "idea", "evaluated")
    if shown == "all":
        return found
    return found.filter(stage__in=ongoing) if shown == "open" else found.exclude(stage__in=ongoing)


def card_of(standing: ProjectStanding, budget: ProjectBudget) -> PortfolioCard:
    """Return the card of one project whose budget is known."""
    return _card(standing, budget.total.actual)


def _card(standing: ProjectStanding, actual: Decimal) -> PortfolioCard:
    project = standing.project
    burn = to_cents(actual * 100 / project.budget) if project.budget else ZERO
    light = project_light(worst_slip=standing.worst_slip, burn=burn, progress=standing.progress)
    return PortfolioCard(standing, burn, light if project.is_open else "")


def budget_of(project: Project, reader: User) -> ProjectBudget:
    """Return what a loaded project has planned, committed and used, as a whole and by milestone (3 queries).

    The use is the whole project's, whoever books; the contribution and the share are those of the reader's firm alone,
    since what another participant is granted and pays is its own business. The centre's staff read the sums of all.
    """
    uses = PlannedUse.objects.filter(milestone__project=project).order_by()
    planned = dict(uses.values_list("milestone_id").annotate(Sum("list_value")))
    committed = _sums(Commitment.objects.filter(project=project, state=CommitmentState.OPEN), reader)
    charged = _sums(Charge.objects.filter(project=project), reader)
    budgets = {
        one.pk: _budget(
            one.budget, None, planned.get(one.pk, ZERO), committed.get(one.pk, Sums()), charged.get(one.pk, Sums())
        )
        for one in project.milestones.all()
    }
    whole = sum(planned.values(), ZERO), _total(committed.values()), _total(charged.values())
    return ProjectBudget(_budget(project.budget, project.machine_budget, *whole), budgets)


def _sums(rows: QuerySet[Any], reader: User) -> dict[int | None, Sums]:
    """Add up amounts by milestone (1 query); what hangs on no milestone counts under None."""
    own = None if reader.is_centre_staff else Q(company_id=reader.company_id)
    shares = {f"{name}_sum": Coalesce(Sum(name, filter=own), ZERO) for name in ("contribution", "net")}
    columns = rows.order_by().values_list("milestone_id").annotate(Sum("list_value"), **shares)
    return {key: Sums(*amounts) for key, *amounts in columns}


def _total(sums: Iterable[Sums]) -> Sums:
    return reduce(lambda one, other: one + other, sums, Sums())


def _budget(
    budget: Decimal, machine_budget: Decimal | None, planned: Decimal, committed: Sums, charged: Sums
) -> Budget:
    both = committed + charged
    return Budget(
        budget=budget,
        machine_budget=machine_budget,
        planned=planned,
        committed=committed.list_value,
        actual=charged.list_value,
        contribution=both.contribution,
        company_share=both.net,
    )


def bookings_of(project: Project, user: User) -> ProjectBookings:
    """Return the bookings that hang on a project, as far as a person may see them (3 queries)."""
    found = bookings_for(user, BookingFilter(project=project.code))
    latest = list(found[:LATEST])
    days: dict[int | None, list[date]] = {}
    moments = Booking.objects.visible_to(user).filter(project=project).exclude(status__in=ABSENT)
    for milestone_id, starts_at in moments.values_list("milestone_id", "starts_at"):
        days.setdefault(milestone_id, []).append(_local_day(starts_at))
    return ProjectBookings(latest, found.count() if len(latest) == LATEST else len(latest), days)


def _local_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def names_of(project: Project) -> dict[str, str]:
    """Return the names of a project's measure and service in the active language (2 queries)."""
    measure = Measure.objects.filter(code=project.measure).first()
    service = Service.objects.filter(code=project.service).first()
    return {
        "measure": in_language(measure, "title") if measure else project.measure,
        "service": in_language(service, "name") if service else project.service,
    }
