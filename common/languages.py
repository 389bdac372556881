"""Texts kept in both languages on a row: `name_it`, `name_en`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def in_language(row: Any, field: str, language: str | None = None) -> str:
    """Return a row's text in the language asked for, else in the active one (Italian when neither is English)."""
    suffix = "en" if (language or get_language() or "it").startswith("en") else "it"
    return str(getattr(row, f"{field}_{suffix}"))
