"""Organisations, their people, the centre's staff and the keys of the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.text import fold
from companies.rules import ADMIN, admin_apps_of, normal_vat_number, permissions_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CompanyType(models.TextChoices):
    COMPANY = "company", _("company")
    UNIVERSITY = "university", _("university")
    RESEARCH_CENTRE = "research_centre", _("research centre")
    STARTUP = "startup", _("start-up")
    PUBLIC_BODY = "public_body", _("public body")
    COMPETENCE_CENTRE = "competence_centre", _("competence centre")
    DIH = "dih", _("digital innovation hub")


class SizeClass(models.TextChoices):
    MICRO = "micro", _("micro")
    SMALL = "small", _("small")
    MEDIUM = "medium", _("medium")
    LARGE = "large", _("large")


class CompanyRole(models.TextChoices):
    ADMIN = "admin", _("company administrator")
    MEMBER = "member", _("company member")


class StaffRole(models.TextChoices):
    ADMIN = "admin", _("administrator")
    MANAGER = "manager", _("facility manager")
    TECHNICIAN = "technician", _("technician")
    PM = "pm", _("project manager")
    FINANCE = "finance", _("finance")
    LIAISON = "liaison", _("liaison officer")
    TRAINING = "training", _("training office")
    DIRECTOR = "director", _("director")


class Language(models.TextChoices):
    ITALIAN = "it", _("Italian")
    ENGLISH = "en", _("English")


def validate_vat_number(value: str) -> None:
    """Accept `IT` and eleven digits with a right check digit."""
    if normal_vat_number(value) != value:
        raise ValidationError(_("Enter a valid Italian VAT number: IT and eleven digits."), code="vat_number")


class CompanyQuerySet(models.QuerySet["Company"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Staff see every organisation, a firm's people their own, nobody else any."""
        if not isinstance(user, User):
            return self.none()
        return self if user.is_centre_staff else self.filter(pk=user.company_id)


class Company(models.Model):
    """An organisation that uses the centre: a firm, a university, a public body."""

    key = models.SlugField(_("key in the catalogue"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    name_folded = models.CharField(max_length=200, editable=False, db_index=True)
    type = models.CharField(_("type"), max_length=20, choices=CompanyType, default=CompanyType.COMPANY)
    vat_number = models.CharField(_("VAT number"), max_length=13, unique=True, validators=[validate_vat_number])
    tax_code = models.CharField(_("tax code"), max_length=16, blank=True)
    size_class = models.CharField(_("size class"), max_length=10, choices=SizeClass, null=True, blank=True)
    price_group = models.CharField(
        _("price group"),
        max_length=20,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^[a-z][a-z_]*$", _("Use small letters."))],
        help_text=_("Leave empty to price by size class."),
    )
    sdi_code = models.CharField(_("SDI code"), max_length=7, blank=True)
    pec = models.EmailField(_("certified e-mail"), blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    province = models.CharField(_("province"), max_length=2, blank=True)
    country = models.CharField(_("country"), max_length=2, default="IT")
    sector_it = models.CharField(_("sector (Italian)"), max_length=120, blank=True)
    sector_en = models.CharField(_("sector (English)"), max_length=120, blank=True)
    ateco = models.CharField(_("ATECO code"), max_length=10, blank=True)
    headcount_awu = models.DecimalField(_("staff (AWU)"), max_digits=9, decimal_places=2, null=True, blank=True)
    turnover_meur = models.DecimalField(_("turnover (M EUR)"), max_digits=10, decimal_places=3, null=True, blank=True)
    balance_meur = models.DecimalField(
        _("balance sheet (M EUR)"), max_digits=10, decimal_places=3, null=True, blank=True
    )
    public_body = models.BooleanField(_("public body"), default=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.CheckConstraint(
                condition=Q(vat_number__regex=r"^IT[0-9]{11}$"),
                name="company_vat_number_form",
                violation_error_code="vat_number",
                violation_error_message=_("Enter a valid Italian VAT number: IT and eleven digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Keep the folded name, by which lists sort and search, in step with the name."""
        self.name_folded = fold(self.name)[:200]
        if (fields := kwargs.get("update_fields")) is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "name_folded"}
        super().save(**kwargs)


class LowerEmailField(models.EmailField[str, str]):
    """An address kept and compared in lower case, so that one person is one account."""

    def get_prep_value(self, value: Any) -> Any:
        """Lower the case on the way to the database, in writes and in look-ups."""
        prepared = super().get_prep_value(value)
        return prepared.lower() if isinstance(prepared, str) else prepared


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Staff see everybody, a firm's people their colleagues, nobody else anybody."""
        if not isinstance(user, User):
            return self.none()
        if user.is_centre_staff:
            return self
        return self.filter(company_id=user.company_id) if user.company_id else self.filter(pk=user.pk)

    def with_role(self, *roles: str) -> Self:
        """Keep the active staff that hold one of the roles themselves."""
        return self.filter(is_active=True, roles__overlap=list(roles))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str | None) -> User:
        """Find an account by its address, whatever its case."""
        user: User = self.get(email=email)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Serve `createsuperuser`: an account with the administrator's role."""
        user = User(email=email, roles=[StaffRole.ADMIN], **fields)
        user.set_password(password)
        user.full_clean()
        user.save()
        return user


class User(AbstractBaseUser):
    """A person with a login: of a company, or of the centre's staff, never of both."""

    email = LowerEmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("company")
    )
    company_role = models.CharField(_("role in the company"), max_length=10, choices=CompanyRole, null=True, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=StaffRole),
        verbose_name=_("roles at the centre"),
        default=list,
        blank=True,
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ITALIAN)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_code="lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(company__isnull=True, company_role__isnull=True)
                | Q(company__isnull=False, company_role__isnull=False),
                name="user_company_with_role",
                violation_error_code="company_role",
                violation_error_message=_("Give a company and a role in it, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(company__isnull=True) | Q(roles=[]),
                name="user_company_or_staff",
                violation_error_code="company_or_staff",
                violation_error_message=_("A person belongs to a company or to the centre's staff, not to both."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Lower the address before the constraints look at it."""
        super().clean()
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        """Return the name, for Django's and allauth's texts."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name's first word."""
        return self.name.split(" ")[0]

    @property
    def is_centre_staff(self) -> bool:
        """Say whether the person works at the centre."""
        return bool(self.roles)

    def has_role(self, *roles: str) -> bool:
        """Say whether the person holds one of the staff roles; the administrator holds all."""
        return ADMIN in self.roles or not set(roles).isdisjoint(self.roles)

    @property
    def is_company_admin(self) -> bool:
        """Say whether the person administers the own company."""
        return self.company_role == CompanyRole.ADMIN

    @property
    def permissions(self) -> frozenset[str]:
        """What the person may do, as stable codes."""
        return permissions_of(roles=self.roles, company_role=self.company_role)

    @property
    def is_staff(self) -> bool:
        """Say whether the person may open the admin site (Django's word for it)."""
        return self.has_role(*("manager", "finance"))

    @property
    def is_superuser(self) -> bool:
        """Say whether the person may do everything in the admin site."""
        return ADMIN in self.roles

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer the admin site: roles open whole apps there, not single rows."""
        return self.is_active and self.has_module_perms(perm.partition(".")[0])

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        """Answer the admin site for several permissions."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether the person's roles open an app in the admin site."""
        return self.is_active and (self.is_superuser or app_label in admin_apps_of(self.roles))


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A key is its owner's alone, whatever the roles."""
        return self.filter(user_id=user.pk) if isinstance(user, User) else self.none()


class ApiToken(models.Model):
    """A key to the API: only its hash is kept, it expires, it can be revoked."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_later"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def is_valid_at(self, now: datetime) -> bool:
        """Say whether the key opens anything at this instant."""
        return self.revoked_at is None and now < self.expires_at
