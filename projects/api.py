"""Projects and their milestones over HTTP, as far as a person takes part in them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import clock
from common.api import MoneyField, PercentField, WholeNumberField, paginated, read_query
from projects.models import MilestoneStatus, ParticipantRole, ProjectStage, ProjectType
from projects.queries import project_for, projects_for
from projects.summaries import MilestoneStanding, ProjectStanding, standings_on

RAG = ("green", "amber", "red")


class ProjectFiltersSerializer(serializers.Serializer[Any]):
    """What a list of projects can be narrowed by; `company` counts wherever it takes part."""

    stage = serializers.ChoiceField(choices=ProjectStage.choices, required=False)
    type = serializers.ChoiceField(choices=ProjectType.choices, required=False)
    company = WholeNumberField(required=False)


class ParticipantSerializer(serializers.Serializer[Any]):
    """An organisation in a project."""

    company = serializers.IntegerField(source="company_id")
    name = serializers.CharField(source="company.name")
    role = serializers.ChoiceField(choices=ParticipantRole.choices)
    share = PercentField()


class MilestoneSerializer(serializers.Serializer[Any]):
    """A milestone: baseline, forecast and actual days (the last included), its slip in working days."""

    id = serializers.IntegerField(source="milestone.pk")
    code = serializers.CharField(source="milestone.code")
    title = serializers.CharField(source="milestone.title")
    baseline_start = serializers.DateField(source="milestone.baseline_start")
    baseline_end = serializers.DateField(source="milestone.baseline_end")
    start = serializers.DateField(source="milestone.start")
    end = serializers.DateField(source="milestone.end")
    actual_start = serializers.DateField(source="milestone.actual_start", allow_null=True)
    actual_end = serializers.DateField(source="milestone.actual_end", allow_null=True)
    weight = PercentField(source="milestone.weight")
    budget = MoneyField(source="milestone.budget")
    is_gate = serializers.BooleanField(source="milestone.is_gate")
    depends_on = serializers.SerializerMethodField()
    status = serializers.ChoiceField(source="milestone.status", choices=MilestoneStatus.choices)
    rag = serializers.ChoiceField(choices=RAG)
    slip_days = serializers.IntegerField(source="slip")
    deliverable = serializers.CharField(source="milestone.deliverable")
    criterion = serializers.CharField(source="milestone.criterion")

    def get_depends_on(self, standing: MilestoneStanding) -> list[dict[str, Any]]:
        """Dependencies are planned with project editing; until then a project's milestones follow one another."""
        return []


class ProjectSerializer(serializers.Serializer[Any]):
    """A project as it is listed."""

    code = serializers.CharField(source="project.code")
    title = serializers.CharField(source="project.title")
    title_it = serializers.CharField(source="project.title_it")
    title_en = serializers.CharField(source="project.title_en")
    type = serializers.ChoiceField(source="project.type", choices=ProjectType.choices)
    stage = serializers.ChoiceField(source="project.stage", choices=ProjectStage.choices)
    company = serializers.IntegerField(source="project.company_id")
    company_name = serializers.CharField(source="project.company.name")
    pm = serializers.CharField(source="project.pm.name")
    area = serializers.CharField(source="project.area.code", allow_null=True, default=None)
    measure = serializers.SerializerMethodField()
    service = serializers.SerializerMethodField()
    start = serializers.DateField(source="project.starts_on")
    end = serializers.DateField(source="project.ends_on")
    budget = MoneyField(source="project.budget")
    machine_budget = MoneyField(source="project.machine_budget")
    trl_start = serializers.IntegerField(source="project.trl_start")
    trl_current = serializers.IntegerField(source="project.trl_current")
    trl_target = serializers.IntegerField(source="project.trl_target")
    progress = PercentField()
    worst_slip_days = serializers.IntegerField(source="worst_slip")

    def get_measure(self, standing: ProjectStanding) -> str | None:
        """The code of the aid measure, if any."""
        return standing.project.measure or None

    def get_service(self, standing: ProjectStanding) -> str | None:
        """The code of the aided service, if any."""
        return standing.project.service or None


class ProjectDetailSerializer(ProjectSerializer):
    """A project with its texts, participants and milestones."""

    summary = serializers.CharField(source="project.summary")
    cup = serializers.CharField(source="project.cup")
    participants = ParticipantSerializer(source="project.participants", many=True)
    milestones = MilestoneSerializer(many=True)


class ProjectsView(APIView):
    """The projects that the caller may see."""

    @extend_schema(
        parameters=[ProjectFiltersSerializer], responses=ProjectSerializer(many=True), operation_id="projects_list"
    )
    def get(self, request: Request) -> Response:
        """List projects by code."""
        asked = read_query(request, ProjectFiltersSerializer)
        found = projects_for(request.user)
        for name in ("stage", "type"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        if "company" in asked:
            found = found.filter(participants__company_id=asked["company"])
        standing = standings_on(clock.today(request))
        return paginated(request, found, lambda project: ProjectSerializer(standing(project)).data)


class ProjectView(APIView):
    """One project."""

    @extend_schema(responses=ProjectDetailSerializer, operation_id="projects_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """Show a project with participants and milestones."""
        return Response(
            ProjectDetailSerializer(standings_on(clock.today(request))(project_for(request.user, code))).data
        )


class MilestonesView(APIView):
    """The milestones of a project."""

    @extend_schema(responses=MilestoneSerializer(many=True), operation_id="projects_milestones_list")
    def get(self, request: Request, code: str) -> Response:
        """List the milestones in their order."""
        standing = standings_on(clock.today(request))(project_for(request.user, code))
        return paginated(request, standing.milestones, lambda one: MilestoneSerializer(one).data)
