"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("projects")

    def ready(self) -> None:
        """Follow changes of master data."""
        from auditlog.registry import auditlog  # needs the models, which are loaded by now

        from projects import models

        for model in (models.Project, models.Participant, models.Milestone):
            auditlog.register(model)
