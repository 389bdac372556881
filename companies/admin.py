"""The register in the admin site."""

from __future__ import annotations

from typing import Any

from allauth.account import admin as allauth_admin  # noqa: F401  (registers, so that it can be taken back)
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth import admin as django_admin  # noqa: F401  (the same)
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.admin import ModelAdmin
from companies.forms import UserForm
from companies.models import ApiToken, Company, StaffRole, User

# Rights come from roles, and an address is changed on the person: Django's and allauth's own lists would mislead.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


@admin.register(Company)
class CompanyAdmin(ModelAdmin[Company]):
    list_display = ("name", "type", "size_class", "price_group", "vat_number", "city")
    list_filter = ("type", "size_class", "public_body")
    search_fields = ("name_folded", "vat_number", "key")
    ordering = ("name_folded", "pk")
    fieldsets = (
        (None, {"fields": ("name", "type", "key", "vat_number", "tax_code", "public_body")}),
        (
            _("Size and price"),
            {"fields": ("size_class", "headcount_awu", "turnover_meur", "balance_meur", "price_group")},
        ),
        (_("Invoicing"), {"fields": ("sdi_code", "pec", "street", "postal_code", "city", "province", "country")}),
        (_("Sector"), {"fields": ("sector_it", "sector_en", "ateco")}),
    )


@admin.register(User)
class UserAdmin(ModelAdmin[User]):
    form = UserForm
    list_display = ("name", "email", "company", "company_role", "roles", "is_active")
    list_filter = ("company_role", "is_active", "language")
    list_select_related = ("company",)
    search_fields = ("name", "email")
    autocomplete_fields = ("company",)
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Leave the staff's accounts to the administrator: who sets a password could sign in with it."""
        people: QuerySet[User] = super().get_queryset(request)
        return people if _is_admin(request) else people.filter(roles=[])

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[User]]:
        """Take the roles away from who may not give them."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if not _is_admin(request):
            form.base_fields["roles"].disabled = True
        return form  # type: ignore[no-any-return]


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin[ApiToken]):
    list_display = ("user", "name", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "name")
    ordering = ("-created_at", "-pk")
    readonly_fields = ("user", "name", "created_at", "expires_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: a key made here could be shown to nobody."""
        return False


def _is_admin(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.has_role(StaffRole.ADMIN)
