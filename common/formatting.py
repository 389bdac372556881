"""How amounts, hours, days and periods are written for people, in the active language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NOTHING = "–"
NBSP = "\N{NO-BREAK SPACE}"
MINUTES_PER_HOUR = 60


def money_text(amount: Decimal | str | None) -> str:
    """Write euros: `1.234,56 €` in Italian, `€1,234.56` in English."""
    if amount is None or amount == "":
        return NOTHING
    value = Decimal(amount)
    digits = number_format(abs(value), decimal_pos=2, use_l10n=True, force_grouping=True)
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}€{digits}" if _is_english() else f"{sign}{digits}{NBSP}€"


def number_text(value: Decimal | float | str, decimals: int | None = None) -> str:
    """Write a number without needless zeros, or with exactly the decimals asked for."""
    number = Decimal(str(value))
    if decimals is None:
        number = number.normalize()
        exponent = number.as_tuple().exponent
        decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return str(number_format(number, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def hours_text(value: Decimal | str | None) -> str:
    """Write decimal hours: `1,5 h`."""
    return NOTHING if value is None or value == "" else f"{number_text(value)}{NBSP}h"


def percent_text(rate: Decimal | str | None) -> str:
    """Write a rate: `80 %` in Italian, `80%` in English."""
    if rate is None or rate == "":
        return NOTHING
    return f"{number_text(rate)}%" if _is_english() else f"{number_text(rate)}{NBSP}%"


def duration_text(minutes: int) -> str:
    """Write whole minutes: `45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    parts = [f"{hours}{NBSP}h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}{NBSP}min")
    return " ".join(parts)


def day_text(value: date | None) -> str:
    """Write a day: `22/11/2026`."""
    return NOTHING if value is None else date_format(_local(value), "d/m/Y")


def long_day_text(value: date | None) -> str:
    """Write a day in words: `domenica 22 novembre 2026`; Django gives Italian days and months a capital."""
    if value is None:
        return NOTHING
    text = date_format(_local(value), "l j F Y")
    return text if _is_english() else text.lower()


def day_name(number: int) -> str:
    """Write a day of the week, 0 for Monday, in short: `lun`, `Mon`."""
    return _lower_in_italian(str(WEEKDAYS_ABBR[number]))


def clock_text(value: datetime | None) -> str:
    """Write a local time: `14:30`."""
    return NOTHING if value is None else date_format(_local(value), "H:i")


def moment_text(value: datetime | None) -> str:
    """Write day and time: `22/11/2026 14:30`."""
    return NOTHING if value is None else date_format(_local(value), "d/m/Y H:i")


def span_text(start: datetime, end: datetime) -> str:
    """Write a period: `lun 23/11/2026, 09:00–11:30`; the second day only when it is another."""
    first, last = _local_moment(start), _local_moment(end)
    begin = _lower_in_italian(date_format(first, "D d/m/Y, H:i"))
    if first.date() == last.date():
        return f"{begin}–{date_format(last, 'H:i')}"
    return _("%(begin)s to %(end)s") % {
        "begin": begin,
        "end": _lower_in_italian(date_format(last, "D d/m/Y, H:i")),
    }


def _is_english() -> bool:
    return (get_language() or "it").startswith("en")


def _lower_in_italian(text: str) -> str:
    """Django's Italian names of days begin with a capital, Italian's own do not."""
    return text if _is_english() else text.lower()


def _local(value: date) -> date:
    return _local_moment(value) if isinstance(value, datetime) else value


def _local_moment(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
