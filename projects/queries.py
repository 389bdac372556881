"""Reads of projects; every function has a fixed query count."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from common.errors import NotFound
from projects.models import Milestone, Participant, PlannedUse, Project
from projects.rules import MilestoneFacts


def projects_for(user: object) -> QuerySet[Project]:
    """Return the projects that a person may see, by code, with milestones and participants (3 queries)."""
    participants = Participant.objects.select_related("company").order_by("-share", "company__name_folded", "pk")
    return (
        Project.objects.visible_to(user)
        .select_related("company", "pm", "area")
        .prefetch_related(Prefetch("milestones", Milestone.objects.order_by("position")))
        .prefetch_related(Prefetch("participants", participants))
        .order_by("code")
    )


def project_for(user: object, code: str) -> Project:
    """Return one project with milestones and participants.

    Raises: NotFound when there is none or the person may not see it.
    """
    project = projects_for(user).filter(code=code).first()
    if project is None:
        raise NotFound
    return project


def milestone_for(project: Project, code: str) -> Milestone:
    """Return a milestone of a project.

    Raises: NotFound when it is not one of that project.
    """
    milestone = Milestone.objects.filter(project=project, code=code).first()
    if milestone is None:
        raise NotFound
    return milestone


def planned_uses(project: Project) -> list[PlannedUse]:
    """Return the hours that a project's milestones plan, by milestone and resource."""
    rows = PlannedUse.objects.filter(milestone__project=project).select_related("milestone", "resource")
    return list(rows.order_by("milestone__position", "resource__code"))


def milestone_facts(milestone: Milestone) -> MilestoneFacts:
    """Return a milestone as plain facts."""
    return MilestoneFacts(
        baseline_end=milestone.baseline_end,
        end=milestone.end,
        actual_end=milestone.actual_end,
        status=milestone.status,
        weight=milestone.weight,
    )
