"""What a closed period leaves behind: statements and files."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.visibility import StaffQuerySet
from companies.models import Company
from costing.models.fields import Amount, CompanyOwnedQuerySet
from costing.models.ledger import AccountingPeriod, Charge


class Statement(models.Model):
    """The document of one company for one closed period, with a gapless number in its year."""

    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("sequence"))
    period = models.ForeignKey(AccountingPeriod, models.PROTECT, related_name="statements", verbose_name=_("period"))
    period_version = models.PositiveSmallIntegerField(_("version"), default=1)
    company = models.ForeignKey(Company, models.PROTECT, related_name="statements", verbose_name=_("company"))
    company_name = models.CharField(_("company"), max_length=200)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    issued_on = models.DateField(_("issued on"))
    list_value = Amount(_("list value"))
    contribution = Amount(_("contribution"))
    net = Amount(_("net"))
    vat = Amount(_("VAT"))
    payable = Amount(_("payable"))

    objects = CompanyOwnedQuerySet["Statement"].as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(fields=("year", "sequence"), name="statement_number_once"),
            models.UniqueConstraint(fields=("period", "period_version", "company"), name="statement_once"),
            models.CheckConstraint(
                condition=Q(net=F("list_value") - F("contribution"), payable=F("net") + F("vat")),
                name="statement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The document's number: `2026/00001`."""
        return f"{self.year}/{self.sequence:05d}"


class StatementLineQuerySet(models.QuerySet["StatementLine"]):
    """Reads of statement lines."""

    def visible_to(self, user: object) -> Self:
        """Return the lines of the statements that a person may see."""
        return self.filter(statement__in=Statement.objects.visible_to(user))


class StatementLine(models.Model):
    """A charge's place in its document, with its share of the document's VAT."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="statement_line")
    line_no = models.PositiveIntegerField(_("line no."))
    vat = Amount(_("VAT"))
    payable = Amount(_("payable"))

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [models.UniqueConstraint(fields=("statement", "line_no"), name="statement_line_once")]

    def __str__(self) -> str:
        return f"{self.statement_id}.{self.line_no}"


class PeriodFile(models.Model):
    """A file of a closed period, kept byte for byte."""

    period = models.ForeignKey(AccountingPeriod, models.PROTECT, related_name="files")
    version = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=16)
    language = models.CharField(_("language"), max_length=2, blank=True)
    name = models.CharField(_("name"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField(_("created at"))

    objects = StaffQuerySet["PeriodFile"].as_manager()

    class Meta:
        verbose_name = _("period file")
        verbose_name_plural = _("period files")
        constraints = [
            models.UniqueConstraint(fields=("period", "version", "kind", "language"), name="period_file_once")
        ]

    def __str__(self) -> str:
        return self.name
