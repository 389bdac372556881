"""Projects in the admin site; once agreed, a project's dates and weights are only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.admin import ModelAdmin
from projects.models import Milestone, Participant, PlannedUse, Project, ProjectStage

if TYPE_CHECKING:
    from django.contrib.admin import StackedInline, TabularInline
else:  # unfold ships no types; its classes stand in for Django's
    from unfold.admin import StackedInline, TabularInline

#: Agreeing locks the baseline; from then on dates move by a replan with its reason.
PLANNING_STAGES = (ProjectStage.IDEA, ProjectStage.EVALUATED)
LOCKED_DATES = ("baseline_start", "baseline_end", "start", "end", "weight", "budget")


def is_locked(project: Project | None) -> bool:
    """Say whether a project's plan is agreed."""
    return project is not None and project.stage not in PLANNING_STAGES


class ParticipantInline(TabularInline[Participant, Project]):
    model = Participant
    extra = 0
    autocomplete_fields = ("company",)


class MilestoneInline(StackedInline[Milestone, Project]):
    model = Milestone
    extra = 0
    ordering = ("position",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock the dates, weights and budgets of an agreed plan."""
        return LOCKED_DATES if is_locked(obj) else ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Milestones are added while a project is planned."""
        return not is_locked(obj) and bool(super().has_add_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Milestones go only while a project is planned."""
        return not is_locked(obj) and bool(super().has_delete_permission(request, obj))


@admin.register(Project)
class ProjectAdmin(ModelAdmin[Project]):
    list_display = ("code", "title_it", "company", "stage", "type", "starts_on", "ends_on", "budget")
    list_filter = ("stage", "type", "area")
    list_select_related = ("company",)
    search_fields = ("code", "title_it", "title_en")
    autocomplete_fields = ("company", "pm")
    ordering = ("code",)
    inlines = (ParticipantInline, MilestoneInline)
    fieldsets = (
        (None, {"fields": ("code", "title_it", "title_en", "summary_it", "summary_en", "type", "stage")}),
        (_("Who and when"), {"fields": ("company", "pm", "area", "starts_on", "ends_on")}),
        (_("Money"), {"fields": ("budget", "machine_budget", "measure", "service", "cup", "alt_identifier")}),
        (_("Technology readiness"), {"fields": ("trl_start", "trl_current", "trl_target")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> tuple[str, ...]:
        """Keep the code, and the frame of an agreed plan."""
        if obj is None:
            return ()
        return ("code", "starts_on", "ends_on", "budget") if is_locked(obj) else ("code",)


@admin.register(PlannedUse)
class PlannedUseAdmin(ModelAdmin[PlannedUse]):
    list_display = ("milestone", "resource", "hours", "list_value")
    list_select_related = ("milestone", "resource")
    autocomplete_fields = ("resource",)
    search_fields = ("milestone__code", "resource__code")
    ordering = ("milestone__code", "resource__code")
