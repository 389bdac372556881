"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FacilityConfig(AppConfig):
    name = "facility"
    verbose_name = _("facility")

    def ready(self) -> None:
        """Follow changes of master data."""
        from auditlog.registry import auditlog  # needs the models, which are loaded by now

        from facility import models

        for model in (models.Site, models.Area, models.CostCentre, models.Qualification, models.QualificationHeld):
            auditlog.register(model)
        auditlog.register(models.BookingPolicy)
        auditlog.register(models.Resource, exclude_fields=["search_text"], m2m_fields={"operator_areas"})
        auditlog.register(models.ResourceComponent)
        auditlog.register(models.OpeningException)
