"""Writes of projects: the catalogue's import. Planning, gates and replans come with project editing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.errors import RowError
from common.money import largest_remainder
from common.rows import RowReader, imported
from companies.models import Company, User
from facility.calendar import closed_days
from facility.models import Area, Resource
from facility.queries import the_site
from projects.models import (
    Milestone,
    MilestoneStatus,
    Participant,
    ParticipantRole,
    PlannedUse,
    Project,
    ProjectStage,
    ProjectType,
)
from projects.rules import last_working_day, planned_dates, weights

TEXTS = ("title_it", "title_en", "summary_it", "summary_en")
LONGEST_WEEKS = 520
HUNDRED = Decimal(100)


def import_projects(*, rows: Iterable[object], path: str, today: date) -> list[RowError]:
    """Bring the catalogue's projects in, with participants, milestones and planned hours, dated from `today`.

    A project that is there already keeps its dates, stage and people: no baseline moves. Only its texts follow.
    The caller owns the transaction and rolls back when anything is returned.
    """
    return imported(rows, path, lambda row: _take_project(row, today))


def _take_project(row: RowReader, today: date) -> None:
    code = row.text("code", max_length=20)
    texts = {name: row.text(name, max_length=200 if name.startswith("title") else 4000) for name in TEXTS}
    project = Project.objects.filter(code=code).first()
    if project is not None:
        for name, text in texts.items():
            setattr(project, name, text)
        project.full_clean()
        project.save()
        return
    project = _new_project(row, code, today)
    for name, text in texts.items():
        setattr(project, name, text)
    project.full_clean()
    project.save()
    _add_participants(project, row)
    milestones = _add_milestones(project, row, today)
    _add_planned_uses(row, milestones)


def _new_project(row: RowReader, code: str, today: date) -> Project:
    monday = today - timedelta(days=today.weekday())
    starts_on = monday + timedelta(weeks=row.whole("starts_in_weeks", minimum=-LONGEST_WEEKS, maximum=LONGEST_WEEKS))
    stage = row.choice("stage", ProjectStage.values)
    trl_start, trl_target = (row.whole(key, minimum=1, maximum=9) for key in ("trl_start", "trl_target"))
    duration = timedelta(weeks=row.whole("duration_weeks", minimum=1, maximum=LONGEST_WEEKS))
    return Project(
        code=code,
        type=row.choice("type", ProjectType.values),
        stage=stage,
        company=_company(row, "company"),
        pm=_account(row, "pm"),
        area=_area(row),
        measure=row.text("measure", max_length=20, default=""),
        service=row.text("service", max_length=40, default=""),
        starts_on=starts_on,
        ends_on=starts_on + duration - timedelta(days=3),
        budget=row.amount("total_budget_eur"),
        machine_budget=row.amount("machine_budget_eur"),
        trl_start=trl_start,
        trl_current=trl_target if stage == ProjectStage.CLOSED else trl_start,
        trl_target=trl_target,
        cup=row.text("cup", max_length=15, default=""),
    )


def _add_participants(project: Project, row: RowReader) -> None:
    total = Decimal(0)
    for one in row.readers("participants"):
        company = _company(one, "organisation")
        role, share = one.choice("role", ParticipantRole.values), one.percent("share")
        if (role == ParticipantRole.LEAD) != (company == project.company):
            raise one.bad("role", _("The project's company is its one lead."))
        Participant.objects.create(project=project, company=company, role=role, share=share)
        total += share
    if total != HUNDRED:
        raise row.bad("participants", _("The shares of the participants sum to 100."))


def _add_milestones(project: Project, row: RowReader, today: date) -> list[tuple[Milestone, RowReader]]:
    readers = row.readers("milestones")
    budgets = [one.amount("budget_eur") for one in readers]
    if not readers or sum(budgets, Decimal(0)) != project.budget:
        raise row.bad("milestones", _("The budgets of the milestones sum to the project's."))
    years = timedelta(weeks=2 * LONGEST_WEEKS)
    holidays = closed_days(the_site(), project.starts_on - years, project.starts_on + years)
    slipped = 0
    made = []
    shares = zip(readers, budgets, weights(budgets), strict=True)
    for position, (one, budget, weight) in enumerate(shares, start=1):
        slip = one.whole("slip_weeks", maximum=LONGEST_WEEKS, default=0)
        milestone = _new_milestone(project, one, slipped=slipped, slip=slip, holidays=holidays)
        milestone.position, milestone.budget, milestone.weight = position, budget, weight
        _set_actual_dates(milestone, today, holidays)
        milestone.full_clean(exclude=["project"], validate_constraints=False)  # the tables have the last word
        milestone.save()
        made.append((milestone, one))
        slipped += slip
    return made


def _new_milestone(
    project: Project, row: RowReader, *, slipped: int, slip: int, holidays: Collection[date]
) -> Milestone:
    week_start = row.whole("week_start", maximum=LONGEST_WEEKS)
    dates = planned_dates(
        starts_on=project.starts_on,
        week_start=week_start,
        week_end=row.whole("week_end", minimum=week_start + 1, maximum=LONGEST_WEEKS + 1),
        slip_before=slipped,
        slip=slip,
        holidays=holidays,
    )
    return Milestone(
        project=project,
        code=row.text("code", max_length=20),
        title_it=row.text("title_it"),
        title_en=row.text("title_en"),
        baseline_start=dates.baseline_start,
        baseline_end=dates.baseline_end,
        start=dates.start,
        end=dates.end,
        is_gate=row.flag("gate"),
        status=row.choice("status", MilestoneStatus.values),
        deliverable_it=row.text("deliverable_it", default=""),
        deliverable_en=row.text("deliverable_en", default=""),
        criterion_it=row.text("acceptance_criterion_it", max_length=300, default=""),
        criterion_en=row.text("acceptance_criterion_en", max_length=300, default=""),
    )


def _set_actual_dates(milestone: Milestone, today: date, holidays: Collection[date]) -> None:
    """What has begun began as forecast and what is accepted ended so, yesterday's future never later than today."""
    latest = last_working_day(today, holidays)
    if milestone.status != MilestoneStatus.PLANNED:
        milestone.actual_start = min(milestone.start, latest)
    if milestone.status == MilestoneStatus.ACCEPTED:
        milestone.actual_end = min(milestone.end, latest)


def _add_planned_uses(row: RowReader, milestones: Collection[tuple[Milestone, RowReader]]) -> None:
    """Share the list value planned for each resource among the milestones by their hours."""
    values = {one.text("resource", max_length=20): one.amount("list_value_eur") for one in row.readers("planned_usage")}
    hours: dict[str, list[tuple[Milestone, int]]] = {code: [] for code in values}
    for milestone, reader in milestones:
        for use in reader.readers("planned_hours"):
            code = use.text("resource", max_length=20)
            if code not in values:
                raise use.bad("resource", _("“%(code)s” is not in planned_usage.") % {"code": code})
            hours[code].append((milestone, use.whole("hours", minimum=1, maximum=100_000)))
    resources = {resource.code: resource for resource in Resource.objects.filter(code__in=values)}
    for index, (code, value) in enumerate(values.items()):
        if code not in resources:
            raise row.bad(f"planned_usage[{index}].resource", _("There is no “%(code)s”.") % {"code": code})
        if not hours[code]:
            raise row.bad(f"planned_usage[{index}]", _("No milestone plans hours of it."))
        _share_value(resources[code], value, hours[code])


def _share_value(resource: Resource, value: Decimal, hours: Collection[tuple[Milestone, int]]) -> None:
    total = sum(number for _milestone, number in hours)
    exact = [value * number / total for _milestone, number in hours]
    for (milestone, number), part in zip(hours, largest_remainder(exact, value), strict=True):
        PlannedUse.objects.create(milestone=milestone, resource=resource, hours=number, list_value=part)


def _company(row: RowReader, key: str) -> Company:
    company = Company.objects.filter(key=row.text(key, max_length=20)).first()
    if company is None:
        raise row.bad(key, _("There is no organisation with this key."))
    return company


def _account(row: RowReader, key: str) -> User:
    user: User | None = User.objects.filter(email=row.text(key, max_length=254)).first()
    if user is None:
        raise row.bad(key, _("There is no account with this address."))
    return user


def _area(row: RowReader) -> Area | None:
    if not row.has("area"):
        return None
    area = Area.objects.filter(code=row.text("area", max_length=20)).first()
    if area is None:
        raise row.bad("area", _("There is no area with this code."))
    return area
