"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = _("companies and people")

    def ready(self) -> None:
        """Register what waits for the loaded models: the audit log and the API's description."""
        from companies import audit, schema  # noqa: F401, PLC0415  (models first; schema registers itself)

        audit.register()
