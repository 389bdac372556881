"""Costing in the admin site: aid and VAT are kept here, tariffs and the ledger only looked at."""

from __future__ import annotations

from django.contrib import admin

from common.admin import ModelAdmin, ReadOnlyAdmin
from costing.models import (
    AccountingPeriod,
    Charge,
    Commitment,
    IntensityRule,
    Measure,
    Regime,
    Service,
    Statement,
    Tariff,
    VatCode,
)


@admin.register(Tariff)
class TariffAdmin(ReadOnlyAdmin):
    list_display = ("resource", "price_group", "valid_from", "scheme", "hour", "half_day", "day", "block", "flat")
    list_filter = ("price_group", "scheme", "charge_basis")
    list_select_related = ("resource",)
    search_fields = ("resource__code", "resource__name_it", "resource__name_en")
    ordering = ("resource__code", "price_group", "-valid_from")


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "period",
        "kind",
        "company_name",
        "project_code",
        "resource_code",
        "list_value",
        "contribution",
        "net",
    )
    list_filter = ("kind", "period", "regime")
    list_select_related = ("period",)
    search_fields = ("booking", "company_name", "project_code", "resource_code")
    ordering = ("-pk",)


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ("source", "state", "company", "project", "ends_at", "list_value", "contribution", "net")
    list_filter = ("state",)
    list_select_related = ("company", "project")
    search_fields = ("source", "company__name", "project__code")
    ordering = ("-ends_at", "-pk")


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ("number", "period", "company_name", "issued_on", "net", "vat", "payable")
    list_filter = ("period",)
    list_select_related = ("period",)
    search_fields = ("company_name", "vat_number")
    ordering = ("-year", "-sequence")


@admin.register(AccountingPeriod)
class AccountingPeriodAdmin(ReadOnlyAdmin):
    list_display = ("code", "state", "version", "closed_at", "closed_by", "sha256")
    list_filter = ("state",)
    list_select_related = ("closed_by",)
    ordering = ("-month",)


@admin.register(VatCode)
class VatCodeAdmin(ModelAdmin[VatCode]):
    list_display = ("code", "rate", "nature", "text_it", "text_en")
    search_fields = ("code", "text_it", "text_en")
    ordering = ("code",)


@admin.register(Regime)
class RegimeAdmin(ModelAdmin[Regime]):
    list_display = ("code", "name_it", "ceiling", "window_years", "per", "valid_from", "valid_to")
    search_fields = ("code", "name_it", "name_en")
    ordering = ("code",)


@admin.register(Service)
class ServiceAdmin(ModelAdmin[Service]):
    list_display = ("code", "name_it", "name_en")
    search_fields = ("code", "name_it", "name_en")
    ordering = ("code",)


@admin.register(Measure)
class MeasureAdmin(ModelAdmin[Measure]):
    list_display = ("code", "title_it", "regime", "valid_from", "valid_to", "is_default", "vat_treatment", "budget")
    list_filter = ("regime", "is_default")
    list_select_related = ("regime",)
    search_fields = ("code", "title_it", "title_en")
    ordering = ("code",)


@admin.register(IntensityRule)
class IntensityRuleAdmin(ModelAdmin[IntensityRule]):
    list_display = ("measure", "service", "size_class", "valid_from", "intensity")
    list_filter = ("measure", "size_class")
    list_select_related = ("measure", "service")
    search_fields = ("measure__code", "service__code")
    autocomplete_fields = ("measure", "service")
    ordering = ("measure__code", "service__code", "size_class", "-valid_from")
