"""The words for stored codes: what a charge's kind, unit, size class or a period's state is called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from companies.models import SizeClass
from costing.models import ChargeKind, PeriodState
from facility.models import ResourceKind

UNITS: Mapping[str, str | Promise] = {
    "hour": _("hour"),
    "half_day": _("half-day"),
    "day": _("day"),
    "block": _("24 hours"),
    "time": pgettext_lazy("unit", "time"),
    "flat": _("flat"),
    "booking": pgettext_lazy("unit", "booking"),
    "piece": _("piece"),
}
YES_NO: Mapping[str, str | Promise] = {"True": _("yes"), "False": _("no")}
LABELS: Mapping[str, Mapping[str, str | Promise]] = {
    "kind": dict(ChargeKind.choices),
    "period_state": dict(PeriodState.choices),
    "size_class": dict(SizeClass.choices),
    "resource_kind": dict(ResourceKind.choices),
    "unit": UNITS,
    "economic_use": YES_NO,
}


def labelled(column: str, value: object) -> str:
    """Return the word for a stored code in the active language; an unknown code stands for itself."""
    return str(LABELS[column].get(str(value), value or ""))
