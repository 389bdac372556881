"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("companies and people")

    def ready(self) -> None:
        """Register the master data with the audit log, once the models are loaded."""
        from companies import audit

        audit.register()
