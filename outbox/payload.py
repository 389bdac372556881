"""Payloads as JSON and back: amounts, days and instants come out as what they went in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

#: Marks of the types that JSON does not have; a payload's own keys never begin with the sign.
INSTANT, DAY, AMOUNT, TEXT = "$instant", "$day", "$decimal", "$text"


def packed(value: Any) -> Any:
    """Return the value as plain JSON.

    Lazy texts are kept in both languages, since the reader's is known only when the mail is written.
    Raises: TypeError for anything that is not plain data.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Promise):
        return {TEXT: {language: in_language(value, language) for language in ("it", "en")}}
    if isinstance(value, datetime):
        return {INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {AMOUNT: str(value)}
    if isinstance(value, Mapping):
        return {str(key): packed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [packed(part) for part in value]
    raise TypeError(f"a payload carries plain data, not {type(value).__name__}")


def unpacked(value: Any, *, language: str) -> Any:
    """Return what was packed, its texts in the reader's language."""
    if isinstance(value, list):
        return [unpacked(part, language=language) for part in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$instant": text}:
            return datetime.fromisoformat(text)
        case {"$day": text}:
            return date.fromisoformat(text)
        case {"$decimal": text}:
            return Decimal(text)
        case {"$text": texts}:
            return texts[language]
    return {key: unpacked(part, language=language) for key, part in value.items()}


def in_language(text: Promise, language: str) -> str:
    """Evaluate a lazy text in one language."""
    with override(language):
        return str(text)
