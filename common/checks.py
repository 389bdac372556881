"""System checks that keep a demonstration's freedoms out of production."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def no_time_travel_in_production(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start a production server whose clock its users can move."""
    if settings.COLLAUDO_ENV == "production" and settings.TIME_TRAVEL:
        return [
            Error(
                "COLLAUDO_TIME_TRAVEL is on in production: users could book in the past and date charges.",
                hint="Unset COLLAUDO_TIME_TRAVEL.",
                id="collaudo.E001",
            )
        ]
    return []
