"""The catalogue in the admin site; resources are written by the same service as everywhere."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from schedule import admin as _patterns  # noqa: F401, TID251  (registers its pages, so that they can be taken away)

from common.admin import ModelAdmin, ReadOnlyAdmin
from companies.access import user_of
from facility.forms import ResourceForm
from facility.models import Area, BookingPolicy, CostCentre, Qualification, QualificationHeld, Resource, Site
from facility.rules import POLICY_BOUNDS

for pattern in apps.get_app_config("schedule").get_models():
    if admin.site.is_registered(pattern):  # hours are kept on resources: an event changed by hand would break them
        admin.site.unregister(pattern)


@admin.register(Resource)
class ResourceAdmin(ModelAdmin[Resource]):
    form = ResourceForm
    list_display = ("code", "name_it", "kind", "area", "capacity", "operator", "published")
    list_filter = ("kind", "area", "operator", "published")
    list_select_related = ("area",)
    search_fields = ("search_text",)
    ordering = ("area__code", "code")
    filter_horizontal = ("operator_areas",)
    fieldsets = (
        (None, {"fields": ("code", "name_it", "name_en", "kind", "area", "capacity", "published")}),
        (_("Description"), {"fields": ("specs_it", "specs_en", "location_it", "location_en")}),
        (_("Rules of booking"), {"fields": (*POLICY_BOUNDS, "approval", "approval_above")}),
        (_("Who may use it"), {"fields": ("qualification", "operator", "operator_areas")}),
        (_("Hours and parts"), {"fields": ("opening_lines", "exception_lines", "component_lines")}),
        (_("Costs"), {"fields": ("cost_centre", "yearly_capacity_hours")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Resource | None = None) -> tuple[str, ...]:
        """Keep the code of a resource: charges and links name it."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Resource, form: Any, change: bool) -> None:
        """Write through the service."""
        obj.pk = form.write(by=user_of(request)).pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left: the service has written areas, hours and parts."""

    def has_delete_permission(self, request: HttpRequest, obj: Resource | None = None) -> bool:
        """Resources are taken out of the catalogue by unpublishing, so that their history stays."""
        return False


@admin.register(Site)
class SiteAdmin(ModelAdmin[Site]):
    list_display = ("code", "name_it", "zone", "patron_day")
    fields = ("code", "name_it", "name_en", "zone", "patron_day")
    ordering = ("code",)


@admin.register(Area)
class AreaAdmin(ModelAdmin[Area]):
    list_display = ("code", "name_it", "name_en", "site")
    list_select_related = ("site",)
    ordering = ("code",)


@admin.register(CostCentre)
class CostCentreAdmin(ModelAdmin[CostCentre]):
    list_display = ("code", "name_it", "name_en")
    ordering = ("code",)


@admin.register(Qualification)
class QualificationAdmin(ModelAdmin[Qualification]):
    list_display = ("code", "name_it", "course", "valid_months")
    search_fields = ("code", "name_it", "name_en")
    ordering = ("code",)


@admin.register(QualificationHeld)
class QualificationHeldAdmin(ModelAdmin[QualificationHeld]):
    list_display = ("user", "qualification", "earned_on", "expires_on")
    list_filter = ("qualification",)
    list_select_related = ("user", "qualification")
    autocomplete_fields = ("user", "qualification")
    search_fields = ("user__name", "user__email")
    ordering = ("expires_on", "pk")


@admin.register(BookingPolicy)
class BookingPolicyAdmin(ReadOnlyAdmin):
    """Shared rows: they are changed on a resource, which then takes another one."""

    list_display = ("__str__", "notice_hours", "horizon_days", "max_people", "approval", "approval_above")
    ordering = ("pk",)
