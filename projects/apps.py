"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("projects")

    def ready(self) -> None:
        """Follow every change of this master data."""
        from auditlog.registry import auditlog  # noqa: PLC0415  (can be imported only once models are loaded)

        for model in self.get_models():
            auditlog.register(model)
