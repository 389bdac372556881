"""How an amount came about, step by step, in a form that can be stored, shown and computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from common.money import to_cents

SHOWN_PLACES = Decimal("0.000001")
UP_TO_STEP = "up_to_step"
HALF_UP_TO_CENT = "half_up_to_cent"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a computation; every number is a string, so that JSON keeps it exact."""

    rule: str
    result: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    minutes: str | None = None
    rate: str | None = None
    rounding: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as it is stored with quotes and charges."""
        return {
            "rule": self.rule,
            "inputs": dict(self.inputs),
            "minutes": self.minutes,
            "rate": self.rate,
            "rounding": self.rounding,
            "result": self.result,
        }


def as_decimal(exact: Fraction) -> Decimal:
    """Return an exact fraction as a Decimal of 28 digits.

    Safe to round to the cent afterwards: denominators stay below 10**12, so no fraction that is not itself
    a half cent comes closer to one than 28 digits can tell.
    """
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def cents(exact: Fraction) -> Decimal:
    """Round an exact amount to the cent: the one rounding of a line."""
    return to_cents(as_decimal(exact))


def shown(exact: Fraction) -> str:
    """Return an exact amount for reading: at least two decimals, at most six."""
    value = as_decimal(exact).quantize(SHOWN_PLACES)
    text = f"{value:f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def recomputed(trace: Sequence[Mapping[str, Any]]) -> Decimal:
    """Compute a line's amount again from the numbers in its stored trace alone.

    Returns: the amount in EUR, rounded once.
    Raises:  ValueError when a step's result does not follow from its numbers.
    """
    sums: dict[str, Fraction] = defaultdict(Fraction)
    amount = Fraction(0)
    for step in trace:
        rule, inputs = step["rule"], step["inputs"]
        if rule == "billable":
            value = _billable_minutes(inputs)
            _agree(rule, step["minutes"], step["result"], str(value))
            continue
        if rule == "round":
            _agree(rule, step["result"], str(cents(amount)))
            return cents(amount)
        if rule == "unused_share":
            used, booked = sums["used"], sums["booked"]
            amount = used + Fraction(inputs["share"]) / 100 * max(Fraction(0), booked - used)
        elif rule == "minimum":
            amount = max(amount, Fraction(step["rate"]))
        else:
            value_of_step = _value(step)
            _agree(rule, step["result"], shown(value_of_step))
            sums[inputs.get("time", "")] += value_of_step
            amount += value_of_step
            continue
        _agree(rule, step["result"], shown(amount))
    raise ValueError("a trace ends with its rounding")


def minutes_by_time(trace: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return, for each time priced by the hour, its billable minutes and the minutes that were given a rate."""
    billable: dict[str, int] = defaultdict(int)
    rated: dict[str, int] = defaultdict(int)
    for step in trace:
        if step["rule"] == "billable":
            billable[step["inputs"]["time"]] += int(step["minutes"])
        elif step["rule"] == "hour_rate":
            rated[step["inputs"]["time"]] += int(step["minutes"])
    return {time: (billable[time], rated[time]) for time in rated}


def _billable_minutes(inputs: Mapping[str, str]) -> int:
    step = int(inputs["step"])
    return -(-max(int(inputs["elapsed"]), 1) // step) * step


def _value(step: Mapping[str, Any]) -> Fraction:
    rate, inputs = Fraction(step["rate"]), step["inputs"]
    if "count" in inputs:
        return Fraction(inputs["count"]) * rate
    return Fraction(step["minutes"]) / 60 * rate * (100 - Fraction(inputs.get("discount", "0"))) / 100


def _agree(rule: str, *values: str) -> None:
    if len(set(values)) != 1:
        raise ValueError(f"{rule}: {' is not '.join(values)}")
