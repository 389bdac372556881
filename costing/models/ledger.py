"""Commitments, charges and the periods that seal them."""

from __future__ import annotations

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.visibility import StaffQuerySet
from companies.models import Company, SizeClass, User
from costing.models.aid import Measure
from costing.models.fields import Amount, CompanyOwnedQuerySet, Percentage
from costing.models.tariffs import Tariff
from facility.models import Resource
from projects.models import Milestone, Project


class CommitmentState(models.TextChoices):
    OPEN = "open", _("open")
    CONSUMED = "consumed", _("consumed")
    RELEASED = "released", _("released")


class Commitment(models.Model):
    """What a confirmed booking is expected to cost; `source` names it (`booking:BK-…`). Aid terms freeze here."""

    source = models.CharField(_("source"), max_length=60, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="commitments")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="commitments")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="commitments")
    state = models.CharField(_("state"), max_length=8, choices=CommitmentState, default=CommitmentState.OPEN)
    ends_at = models.DateTimeField(_("ends at"))
    list_value = Amount(_("list value"))
    contribution = Amount(_("contribution"))
    net = Amount(_("net"))
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, blank=True, related_name="commitments")
    service = models.CharField(_("service"), max_length=40, blank=True)
    size_class = models.CharField(_("size class"), max_length=6, choices=SizeClass, blank=True)
    regime = models.CharField(_("regime"), max_length=20, blank=True)
    intensity = Percentage(_("intensity (%)"), default=0)
    vat_treatment = models.CharField(_("VAT treatment"), max_length=4, default=Measure.VatTreatment.NET)
    conceded_on = models.DateField(_("conceded on"))
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("consumed or released at"), null=True, blank=True)

    objects = CompanyOwnedQuerySet["Commitment"].as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            models.CheckConstraint(
                condition=Q(net=F("list_value") - F("contribution"), contribution__gte=0), name="commitment_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(state="open", finished_at__isnull=True) | ~Q(state="open") & Q(finished_at__isnull=False),
                name="commitment_finished_when_not_open",
            ),
        ]
        indexes = [models.Index(fields=("ends_at",), condition=Q(state="open"), name="commitment_unsettled")]

    def __str__(self) -> str:
        return self.source


class PeriodState(models.TextChoices):
    OPEN = "open", _("open")
    REVIEW = "review", _("under review")
    CLOSED = "closed", _("closed")


class AccountingPeriod(models.Model):
    """A calendar month of the site's zone; once closed its rows, numbers and hash never change."""

    month = models.DateField(_("month"), unique=True)
    state = models.CharField(_("state"), max_length=6, choices=PeriodState, default=PeriodState.OPEN)
    version = models.PositiveSmallIntegerField(_("version"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    objects = StaffQuerySet["AccountingPeriod"].as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="period_is_a_month"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(sha256="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, sha256=""),
                name="period_closed_with_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The period's name in addresses and files: `2026-10`."""
        return f"{self.month:%Y-%m}"


class ChargeSetQuerySet(models.QuerySet["ChargeSet"]):
    """Reads of charge sets."""

    def visible_to(self, user: object) -> Self:
        """Return the sets of the charges that a person may see."""
        return self.filter(pk__in=Charge.objects.visible_to(user).values("charge_set"))


class ChargeSet(models.Model):
    """The charges of one use, written once; `source` is that of its commitment."""

    source = models.CharField(_("source"), max_length=60, unique=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ChargeSetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.source


class ChargeKind(models.TextChoices):
    USE = "use", _("use")
    SETUP = "setup", _("set-up")
    OPERATOR = "operator", _("operator")
    CONSUMABLE = "consumable", _("consumable")
    ENTITLEMENT = "entitlement", _("entitlement")
    LATE_CANCEL = "late_cancel", _("late cancellation")
    NO_SHOW = "no_show", _("no-show")
    COURSE = "course", _("course")
    CONSULTING = "consulting", _("consulting")
    MEMBERSHIP = "membership", _("membership")
    REVERSAL = "reversal", _("reversal")


class Charge(models.Model):
    """One line of the ledger: written once, every fact copied, never changed (triggers see to it)."""

    charge_set = models.ForeignKey(ChargeSet, models.PROTECT, related_name="charges")
    period = models.ForeignKey(AccountingPeriod, models.PROTECT, related_name="charges", verbose_name=_("period"))
    kind = models.CharField(_("kind"), max_length=12, choices=ChargeKind)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    booking = models.CharField(_("booking"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"))
    entered_by = models.CharField(_("entered by"), max_length=160, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=160, blank=True)
    note = models.TextField(_("note"), blank=True)

    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="charges")
    company_name = models.CharField(_("company"), max_length=200, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    size_class = models.CharField(_("size class"), max_length=6, blank=True)
    recipient = models.CharField("SDI / PEC", max_length=120, blank=True)

    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="charges")
    project_code = models.CharField(_("project"), max_length=20, blank=True)
    project_title = models.CharField(_("project title"), max_length=200, blank=True)
    cup = models.CharField("CUP", max_length=15, blank=True)
    alt_identifier = models.CharField(_("alternative identifier"), max_length=60, blank=True)
    measure_code = models.CharField(_("call"), max_length=20, blank=True)
    work_package = models.CharField(_("work package"), max_length=40, blank=True)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="charges")
    milestone_code = models.CharField(_("milestone"), max_length=20, blank=True)
    trl = models.PositiveSmallIntegerField("TRL", null=True, blank=True)

    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="charges")
    resource_code = models.CharField(_("resource"), max_length=20, blank=True)
    resource_name = models.CharField(_("resource name"), max_length=120, blank=True)
    resource_kind = models.CharField(_("kind of resource"), max_length=24, blank=True)
    area_code = models.CharField(_("area"), max_length=20, blank=True)
    cost_centre = models.CharField(_("cost centre"), max_length=20, blank=True)
    operator = models.CharField(_("operator"), max_length=120, blank=True)

    booked_start = models.DateTimeField(_("booked start"), null=True, blank=True)
    booked_end = models.DateTimeField(_("booked end"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    billed_hours = models.DecimalField(_("billed hours"), max_digits=9, decimal_places=2, default=0)
    economic_use = models.BooleanField(_("economic use"), default=True)

    description = models.CharField(_("description"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=12)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=4)
    tariff = models.ForeignKey(Tariff, models.PROTECT, null=True, blank=True, related_name="charges")
    tariff_version = models.CharField(_("tariff version"), max_length=60, blank=True)
    list_value = Amount(_("list value"))
    regime = models.CharField(_("regime"), max_length=20, blank=True)
    cor = models.CharField("COR", max_length=20, blank=True)
    intensity = Percentage(_("intensity (%)"), default=0)
    contribution = Amount(_("contribution"))
    cap_reason = models.CharField(_("cap reason"), max_length=20, blank=True)
    net = Amount(_("net"))
    vat_code = models.CharField(_("VAT code"), max_length=10)
    vat_nature = models.CharField(_("VAT nature"), max_length=6, blank=True)
    vat_rate = Percentage(_("VAT rate (%)"))
    vat_treatment = models.CharField(_("VAT treatment"), max_length=4, default=Measure.VatTreatment.NET)
    trace = models.JSONField(_("trace"), default=list, encoder=DjangoJSONEncoder)

    objects = CompanyOwnedQuerySet["Charge"].as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(condition=Q(net=F("list_value") - F("contribution")), name="charge_adds_up"),
            models.CheckConstraint(
                condition=Q(kind="reversal")
                | Q(list_value__gte=0, contribution__gte=0)
                | Q(kind="entitlement", list_value__lte=0),
                name="charge_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | ~Q(kind="reversal") & Q(reverses__isnull=True),
                name="reversal_names_its_charge",
            ),
        ]
        indexes = [
            models.Index(fields=("period", "company"), name="charge_period_company"),
            models.Index(fields=("project",), name="charge_project"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.kind} · {self.list_value}"
