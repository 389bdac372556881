"""The app's configuration."""

from __future__ import annotations

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """Load the system checks."""
        from common import checks  # noqa: F401  (registered by being imported)
