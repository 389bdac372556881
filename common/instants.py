"""Instants as text: ISO 8601 with an offset, within the years that this product can meet."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from common.errors import Malformed

#: Outside these years arithmetic with offsets could leave the calendar.
YEARS = range(2000, 2101)


def parsed_instant(text: str, *, field_name: str | None = None) -> datetime:
    """Read an instant with its offset, in UTC.

    Raises: Malformed `naive_time` without an offset, `invalid` for anything else.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("invalid", _("Write the time as ISO 8601 with an offset."), field_name) from None
    if instant.year not in YEARS:
        raise Malformed("invalid", _("This year is out of range."), field_name)
    if instant.tzinfo is None:
        raise Malformed("naive_time", _("The time has no offset: add one, such as +01:00 or Z."), field_name)
    return instant.astimezone(UTC)
