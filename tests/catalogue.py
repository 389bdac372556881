"""Resources and projects for tests, made by the product's own services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from companies.models import Company, User
from facility import calendar
from facility.models import Area, Qualification, Resource, Site
from facility.rules import WEEKDAYS, OpeningHours, PolicyFacts, ResourceFacts
from facility.services import save_resource
from projects.models import Milestone, Participant, Project

WORKING_HOURS = OpeningHours(WEEKDAYS[:5], 8 * 60, 19 * 60)
ROUND_THE_CLOCK = OpeningHours(WEEKDAYS, 0, 24 * 60)


def make_site(code: str = "BOV") -> Site:
    """Return the site of a code, open Monday to Friday from 8 to 19, closed on 7 December."""
    names = {"name_it": "Sede di Milano Bovisa", "name_en": "Milano Bovisa site"}
    site, made = Site.objects.get_or_create(code=code, defaults={**names, "patron_day": "12-07"})
    if made:
        calendar.set_opening(site, [WORKING_HOURS])
    return site


def make_area(code: str = "A3") -> Area:
    """Return the area of a code."""
    names = {"name_it": "Robotica", "name_en": "Robotics"}
    area, _made = Area.objects.get_or_create(code=code, defaults={**names, "site": make_site()})
    return area


def make_qualification(code: str = "Q-COB") -> Qualification:
    """Return the qualification of a code."""
    names = {"name_it": "Uso dei robot collaborativi", "name_en": "Use of cobots"}
    return Qualification.objects.get_or_create(code=code, defaults=names)[0]


def make_resource(code: str = "RB-COB1", *, policy: Mapping[str, Any] | None = None, **facts: Any) -> Resource:
    """Make a resource; whatever a test does not name is plain: no notice, no buffers, no approval."""
    area = make_area(facts.pop("area", "A3"))
    if qualification := facts.get("qualification"):
        make_qualification(qualification)
    plain: dict[str, Any] = {"notice_hours": 0, "min_minutes": 15, "cancel_notice_hours": 24, **(policy or {})}
    names = {"name_it": "Robot collaborativo", "name_en": "Collaborative robot", "kind": "equipment"}
    all_facts = {**names, "code": code, "area": area.code, "policy": PolicyFacts(**plain), **facts}
    return save_resource(facts=ResourceFacts(**all_facts), by=None)


def make_project(
    code: str = "PC-03", *, company: Company, pm: User, starts_on: date = date(2026, 9, 21), **facts: Any
) -> Project:
    """Make a running project led by a company, its only participant."""
    plain = {
        "title_it": "Cella di prova",
        "title_en": "Test cell",
        "type": "pilot",
        "stage": "running",
        "ends_on": starts_on + timedelta(weeks=20),
        "budget": Decimal("20000.00"),
        "machine_budget": Decimal("10000.00"),
        "trl_start": 5,
        "trl_current": 5,
        "trl_target": 7,
    }
    project = Project.objects.create(
        **{**plain, "code": code, "company": company, "pm": pm, "starts_on": starts_on, **facts}
    )
    Participant.objects.create(project=project, company=company, role="lead", share=Decimal(100))
    return project


def make_milestone(project: Project, number: int = 1, **facts: Any) -> Milestone:
    """Make a milestone of four weeks, after those with smaller numbers."""
    start = facts.pop("start", project.starts_on + timedelta(weeks=4 * (number - 1)))
    end = facts.pop("end", start + timedelta(days=25))
    plain = {
        "title_it": "Fase",
        "title_en": "Phase",
        "baseline_start": start,
        "baseline_end": end,
        "weight": Decimal(25),
        "budget": Decimal("5000.00"),
    }
    return Milestone.objects.create(
        **{
            **plain,
            "project": project,
            "code": f"{project.code}.M{number}",
            "position": number,
            "start": start,
            "end": end,
            **facts,
        }
    )
