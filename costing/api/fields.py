"""Fields that only the API of costing needs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from costing.queries.periods import month_of


@extend_schema_field(OpenApiTypes.STR)
class MonthField(serializers.Field[date, Any, str, Any]):
    """A month written `2026-10`."""

    default_error_messages = {"invalid": _("Write the month as YYYY-MM.")}

    def to_internal_value(self, data: Any) -> date:
        """Return the month's first day."""
        month = month_of(str(data))
        if month is None:
            self.fail("invalid")
        return month

    def to_representation(self, value: date) -> str:
        """Write year and month."""
        return f"{value:%Y-%m}"
