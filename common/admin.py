"""The admin's base classes: unfold's look, Django's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:  # unfold ships no types; its class stands in for Django's
    from unfold.admin import ModelAdmin


class ReadOnlyAdmin(ModelAdmin[Any]):
    """Rows that the product writes: listed and shown, no more."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no: a service writes them, with its rules."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False


__all__ = ["ModelAdmin", "ReadOnlyAdmin"]
