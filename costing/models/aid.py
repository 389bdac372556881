"""VAT codes, regimes, measures and intensities: dated data, never constants."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.languages import in_language
from common.visibility import PublicQuerySet, StaffQuerySet
from companies.models import SizeClass
from costing.models.fields import Amount, Percentage


class VatCode(models.Model):
    """A VAT rate with its nature (empty for taxable supplies)."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    rate = Percentage(_("rate (%)"))
    nature = models.CharField(_("nature"), max_length=6, blank=True)
    text_it = models.CharField(_("text (Italian)"), max_length=120)
    text_en = models.CharField(_("text (English)"), max_length=120)

    objects = StaffQuerySet["VatCode"].as_manager()

    class Meta:
        verbose_name = _("VAT code")
        verbose_name_plural = _("VAT codes")
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=100), name="vat_rate")]

    def __str__(self) -> str:
        return f"{self.code} · {self.text}"

    @property
    def text(self) -> str:
        """The text in the active language."""
        return in_language(self, "text")


class Regime(models.Model):
    """A legal ground for aid, with its ceiling."""

    class Per(models.TextChoices):
        COMPANY = "company", _("company")
        UNDERTAKING = "single_undertaking", _("single undertaking")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_it = models.CharField(_("name (Italian)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    ceiling = Amount(_("ceiling"), null=True, blank=True)
    window_years = models.PositiveSmallIntegerField(_("window (years)"), null=True, blank=True)
    per = models.CharField(_("counted per"), max_length=20, choices=Per, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = StaffQuerySet["Regime"].as_manager()

    class Meta:
        verbose_name = _("regime")
        verbose_name_plural = _("regimes")

    def __str__(self) -> str:
        return in_language(self, "name")


class Service(models.Model):
    """A kind of service that aid intensities are set for."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_it = models.CharField(_("name (Italian)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)

    objects = PublicQuerySet["Service"].as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return in_language(self, "name")


class Measure(models.Model):
    """An aid scheme: a call or a standing measure, valid for concessions between two days (inclusive)."""

    class VatTreatment(models.TextChoices):
        NET = "net", _("VAT on the company's share")
        FULL = "full", _("VAT on the full value")

    code = models.CharField(_("code"), max_length=20, unique=True)
    title_it = models.CharField(_("title (Italian)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160)
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="measures", verbose_name=_("regime"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    vat_treatment = models.CharField(_("VAT treatment"), max_length=4, choices=VatTreatment, default=VatTreatment.NET)
    max_per_project = Amount(_("at most per project"), null=True, blank=True)
    max_per_company = Amount(_("at most per company"), null=True, blank=True)
    budget = Amount(_("budget"), null=True, blank=True)

    objects = StaffQuerySet["Measure"].as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="measure_dates"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self, "title")


class IntensityRule(models.Model):
    """The share of the list value that a measure pays, by service and size class, from a day on."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="intensities", verbose_name=_("measure"))
    service = models.ForeignKey(Service, models.PROTECT, related_name="intensities", verbose_name=_("service"))
    size_class = models.CharField(_("size class"), max_length=6, choices=SizeClass)
    valid_from = models.DateField(_("valid from"))
    intensity = Percentage(_("intensity (%)"))

    objects = StaffQuerySet["IntensityRule"].as_manager()

    class Meta:
        verbose_name = _("intensity")
        verbose_name_plural = _("intensities")
        constraints = [
            models.UniqueConstraint(
                fields=("measure", "service", "size_class", "valid_from"),
                name="intensity_once",
                violation_error_code="duplicate",
            ),
            models.CheckConstraint(condition=Q(intensity__gte=0, intensity__lte=100), name="intensity_share"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} · {self.size_class} · {self.intensity} %"
