"""Tariffs: what a resource costs a price group from a day on."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.visibility import StaffQuerySet
from costing.models.aid import VatCode
from costing.models.fields import Amount, Percentage
from facility.models import Resource


class Scheme(models.TextChoices):
    HOURLY = "hourly", _("by the hour")
    UNITS = "units", _("hour, half-day, day")
    DAILY = "daily", _("by the day")
    FLAT = "flat", _("flat")


class ChargeBasis(models.TextChoices):
    BOOKED = "booked", _("booked time")
    USED = "used", _("used time")
    BOOKED_OR_OVERRUN = "booked_or_overrun", _("booked time and overrun")
    USED_PLUS_UNUSED = "used_plus_unused_share", _("used time and a share of the rest")


def _none_below_zero(*fields: str) -> Q:
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0})
    return condition


class Tariff(models.Model):
    """The price of a resource for a price group from a day on: written once, it ends when the next begins."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="tariffs", verbose_name=_("resource"))
    price_group = models.CharField(_("price group"), max_length=20, default="standard")
    valid_from = models.DateField(_("valid from"))
    scheme = models.CharField(_("scheme"), max_length=8, choices=Scheme)
    hour = Amount(_("hour"), null=True, blank=True)
    half_day = Amount(_("half-day (4 h)"), null=True, blank=True)
    day = Amount(_("day (8 h)"), null=True, blank=True)
    block = Amount(_("block of 24 h"), null=True, blank=True)
    flat = Amount(_("flat price"), null=True, blank=True)
    minimum_charge = Amount(_("minimum charge"), default=0)
    setup_fee = Amount(_("set-up fee"), default=0)
    operator_hour = Amount(_("operator, per hour"), default=0)
    charge_basis = models.CharField(
        _("charge basis"), max_length=24, choices=ChargeBasis, default=ChargeBasis.BOOKED_OR_OVERRUN
    )
    billing_step_minutes = models.PositiveSmallIntegerField(
        _("billing step (minutes)"), default=15, validators=[MinValueValidator(1)]
    )
    unused_share = Percentage(_("share of unused time (%)"), default=50)
    late_cancel_share = Percentage(_("late cancellation (%)"), default=50)
    no_show_share = Percentage(_("no-show (%)"), default=100)
    bands = models.JSONField(_("bands"), default=list, blank=True)
    steps = models.JSONField(_("steps"), default=list, blank=True)
    vat_code = models.ForeignKey(VatCode, models.PROTECT, related_name="+", verbose_name=_("VAT code"))
    setup_vat_code = models.ForeignKey(VatCode, models.PROTECT, null=True, blank=True, related_name="+")
    operator_vat_code = models.ForeignKey(VatCode, models.PROTECT, null=True, blank=True, related_name="+")
    consumables_vat_code = models.ForeignKey(VatCode, models.PROTECT, null=True, blank=True, related_name="+")
    late_cancel_vat_code = models.ForeignKey(VatCode, models.PROTECT, null=True, blank=True, related_name="+")
    no_show_vat_code = models.ForeignKey(VatCode, models.PROTECT, null=True, blank=True, related_name="+")
    setup_aided = models.BooleanField(_("set-up may be aided"), default=True)
    operator_aided = models.BooleanField(_("operator may be aided"), default=True)
    consumables_aided = models.BooleanField(_("consumables may be aided"), default=True)

    objects = StaffQuerySet["Tariff"].as_manager()

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.UniqueConstraint(
                fields=("resource", "price_group", "valid_from"), name="tariff_once", violation_error_code="duplicate"
            ),
            models.CheckConstraint(
                condition=Q(scheme__in=("hourly", "units"), hour__isnull=False)
                | Q(scheme="daily", block__isnull=False)
                | Q(scheme="flat", flat__isnull=False),
                name="tariff_scheme_amount",
                violation_error_message=_("The scheme needs its amount."),
            ),
            models.CheckConstraint(condition=Q(billing_step_minutes__gte=1), name="tariff_step"),
            models.CheckConstraint(
                condition=_none_below_zero("hour", "half_day", "day", "block", "flat")
                & Q(minimum_charge__gte=0, setup_fee__gte=0, operator_hour__gte=0),
                name="tariff_amounts",
                violation_error_message=_("Amounts are not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(unused_share__range=(0, 100), late_cancel_share__range=(0, 100))
                & Q(no_show_share__range=(0, 100)),
                name="tariff_shares",
                violation_error_message=_("Shares run from 0 to 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} · {self.price_group} · {self.valid_from}"
