"""What belongs to no single app, over HTTP: the caller, and figures of projects that stand on bookings and costs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import MoneyField
from companies.access import user_of
from dashboard.queries import Budget, budget_of
from projects.queries import project_for


class OwnCompanySerializer(serializers.Serializer[Any]):
    """The caller's company; its id serves every `company` parameter and path."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class FeedsSerializer(serializers.Serializer[Any]):
    """Addresses of the calendars that the caller may subscribe to."""

    mine = serializers.URLField(allow_null=True)
    company = serializers.URLField(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """The caller, and what the caller may do."""

    email = serializers.EmailField()
    name = serializers.CharField()
    company = OwnCompanySerializer(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    feeds = FeedsSerializer()


class MeView(APIView):
    """Who is calling."""

    @extend_schema(responses=MeSerializer, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """Say who the key or the session belongs to."""
        user = user_of(request)
        return Response(
            {
                "email": user.email,
                "name": user.name,
                "company": {"id": user.company.pk, "name": user.company.name} if user.company else None,
                "roles": sorted(user.roles),
                "permissions": sorted(user.permissions),
                "feeds": {"mine": None, "company": None},
            }
        )


class BudgetSerializer(serializers.Serializer[Any]):
    """Money in euros of list value, without VAT; `remaining` is of the machine budget where there is one."""

    budget = MoneyField()
    machine_budget = MoneyField(allow_null=True)
    planned = MoneyField()
    committed = MoneyField()
    actual = MoneyField()
    remaining = MoneyField()
    other_costs = serializers.SerializerMethodField()
    contribution = MoneyField()
    company_share = MoneyField()

    def get_other_costs(self, budget: Budget) -> str:
        """Costs that are no use of machines; they come with project editing."""
        return "0.00"


class MilestoneBudgetSerializer(BudgetSerializer):
    """The money of one milestone."""

    milestone = serializers.CharField()


class ProjectBudgetSerializer(BudgetSerializer):
    """The money of a project and of each milestone."""

    milestones = MilestoneBudgetSerializer(many=True)


class ProjectBudgetView(APIView):
    """What a project has planned, committed and used."""

    @extend_schema(responses=ProjectBudgetSerializer, operation_id="projects_budget_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """Show a project's money, as a whole and by milestone."""
        user = user_of(request)
        project = project_for(user, code)
        budget = budget_of(project, user)
        milestones = [
            {"milestone": milestone.code, **BudgetSerializer(budget.milestones[milestone.pk]).data}
            for milestone in project.milestones.all()
        ]
        return Response({**BudgetSerializer(budget.total).data, "milestones": milestones})
