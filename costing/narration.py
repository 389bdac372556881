"""A stored trace in plain words, for whoever asks how an amount came about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.formatting import (
    clock_text,
    duration_text,
    hours_text,
    money_text,
    number_text,
    percent_text,
    span_text,
)
from common.money import to_cents

Step: TypeAlias = Mapping[str, Any]

TIMES = {
    "booked": gettext_lazy("Booked time"),
    "used": gettext_lazy("Time of use"),
    "booked_or_overrun": gettext_lazy("Booked time and overrun"),
}
UNITS = {
    "day": gettext_lazy("day of 8 hours"),
    "half_day": gettext_lazy("half-day of 4 hours"),
    "block": gettext_lazy("block of 24 hours"),
    "flat": gettext_lazy("flat price"),
    "setup": gettext_lazy("set-up fee"),
}
CENT_PLACES = 2


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step: what was done, and what came out."""

    text: str
    result: str


def told(trace: Iterable[Step]) -> list[ToldStep]:
    """Tell the steps of a trace in the active language, in order."""
    return [_told(step) for step in trace]


def _told(step: Step) -> ToldStep:
    tell = TELLERS.get(step["rule"], _unknown)
    is_time = step["rule"] == "billable"
    return ToldStep(tell(step), duration_text(int(step["minutes"])) if is_time else exact_money(step["result"]))


def exact_money(amount: str) -> str:
    """Write an amount with the decimals that it has: steps are exact until the line is rounded."""
    _whole, _point, decimals = amount.partition(".")
    if len(decimals) <= CENT_PLACES:
        return money_text(amount)
    return _("%(number)s euros") % {"number": number_text(amount)}


def _billable(step: Step) -> str:
    inputs = step["inputs"]
    values = {
        "time": TIMES.get(inputs["time"], inputs["time"]),
        "span": _span(inputs),
        "elapsed": duration_text(int(inputs["elapsed"])),
        "step": inputs["step"],
    }
    if inputs["elapsed"] == step["minutes"]:
        return _("%(time)s: %(span)s") % values
    return _("%(time)s: %(span)s, %(elapsed)s, billed in started steps of %(step)s minutes") % values


def _hour_rate(step: Step) -> str:
    inputs = step["inputs"]
    text = _("%(time)s at %(rate)s per hour") % {
        "time": duration_text(int(step["minutes"])),
        "rate": money_text(step["rate"]),
    }
    details = []
    if "from" in inputs and ("discount" in inputs or "from_hour" in inputs):
        details.append(f"{_clock(inputs['from'])}–{_clock(inputs['to'])}")
    if "from_hour" in inputs:
        details.append(_("rate after %(hours)s hours") % {"hours": inputs["from_hour"]})
    if Decimal(inputs.get("discount", 0)):
        details.append(_("%(discount)s discount of this time band") % {"discount": percent_text(inputs["discount"])})
    return f"{text} ({', '.join(details)})" if details else text


def _counted(step: Step) -> str:
    return _("%(count)s × %(unit)s at %(rate)s") % {
        "count": step["inputs"]["count"],
        "unit": UNITS[step["rule"]],
        "rate": money_text(step["rate"]),
    }


def _operator(step: Step) -> str:
    minutes = Decimal(step["minutes"])
    whole = minutes == int(minutes)  # hours typed by hand, such as 1.33, are not whole minutes
    time = duration_text(int(minutes)) if whole else hours_text(to_cents(minutes / 60))
    return _("Operator: %(time)s at %(rate)s per hour") % {"time": time, "rate": money_text(step["rate"])}


def _unused_share(step: Step) -> str:
    inputs = step["inputs"]
    return _("Used time %(used)s, and %(share)s of what was booked beyond it (booked time: %(booked)s)") % {
        "used": exact_money(inputs["used"]),
        "share": percent_text(inputs["share"]),
        "booked": exact_money(inputs["booked"]),
    }


def _minimum(step: Step) -> str:
    return _("At least the minimum charge of %(minimum)s") % {"minimum": money_text(step["rate"])}


def _round(step: Step) -> str:
    return _("Rounded to the cent")


def _aid(step: Step) -> str:
    inputs = step["inputs"]
    if inputs.get("may_be_aided") == "no":
        return _("Public contribution: this line may not be aided")
    return _("Public contribution: %(rate)s of %(list_value)s (measure %(measure)s)") % {
        "rate": percent_text(step["rate"]),
        "list_value": money_text(inputs["list_value"]),
        "measure": inputs["measure"],
    }


def _vat(step: Step) -> str:
    inputs = step["inputs"]
    values = {"rate": percent_text(step["rate"]), "taxable": money_text(inputs["taxable"]), "code": inputs["code"]}
    return _("VAT %(rate)s on %(taxable)s (code %(code)s)") % values if inputs["code"] else _("No VAT: internal use")


def _unknown(step: Step) -> str:
    return str(step["rule"])


def _span(inputs: Mapping[str, str]) -> str:
    return span_text(datetime.fromisoformat(inputs["from"]), datetime.fromisoformat(inputs["to"]))


def _clock(text: str) -> str:
    return clock_text(datetime.fromisoformat(text))


TELLERS: dict[str, Callable[[Step], str]] = {
    "billable": _billable,
    "hour_rate": _hour_rate,
    "operator": _operator,
    "unused_share": _unused_share,
    "minimum": _minimum,
    "round": _round,
    "aid": _aid,
    "vat": _vat,
    **dict.fromkeys(UNITS, _counted),
}
