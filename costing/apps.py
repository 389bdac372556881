"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CostingConfig(AppConfig):
    name = "costing"
    verbose_name = _("costs and aid")

    def ready(self) -> None:
        """Let the audit log follow the data that prices and aid are read from."""
        from costing import audit  # noqa: PLC0415  (the models have to be loaded first)

        audit.register()
