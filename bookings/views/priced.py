"""A booking's price as its page shows it: three lines, and every step behind them in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import Booking
from bookings.queries.lists import charges_of
from common.money import ZERO
from costing.models import ChargeKind
from costing.narration import ToldStep, told


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of a price with the steps that led to it."""

    title: str
    amount: Decimal
    steps: Sequence[ToldStep]


@dataclass(frozen=True, slots=True)
class ShownPrice:
    """List value, contribution and what the firm pays; VAT only where one document is already known."""

    list_value: Decimal
    contribution: Decimal
    net: Decimal
    intensity: Decimal
    lines: Sequence[ShownLine]
    vat: Decimal | None = None
    payable: Decimal | None = None
    vat_steps: Sequence[ToldStep] = ()


def quoted_price(booking: Booking) -> ShownPrice | None:
    """Return the price that was agreed when the booking was made, or None for a booking that has none."""
    price = booking.price
    if not price:
        return None
    names = _names(booking)
    trace: list[dict[str, Any]] = price.get("trace", [])
    lines = [
        ShownLine(
            _title(line["kind"], names.get(line["resource"], line["resource"])),
            Decimal(line["amount"]),
            told(step for step in trace if step["line"] == number),
        )
        for number, line in enumerate(price["lines"], start=1)
    ]
    return ShownPrice(
        list_value=Decimal(price["list_value"]),
        contribution=Decimal(price["contribution"]),
        net=Decimal(price["net"]),
        intensity=Decimal(price["intensity"]),
        lines=lines,
        vat=Decimal(price["vat"]),
        payable=Decimal(price["payable"]),
        vat_steps=told(step for step in trace if step["line"] is None),
    )


def charged_price(booking: Booking) -> ShownPrice | None:
    """Return what the use really cost, from its charges, or None before check-out; VAT follows with the month."""
    usage = getattr(booking, "usage", None)
    if usage is None or usage.charge_set_id is None:
        return None
    charges = charges_of(booking)
    names = _names(booking)
    return ShownPrice(
        list_value=sum((one.list_value for one in charges), ZERO),
        contribution=sum((one.contribution for one in charges), ZERO),
        net=sum((one.net for one in charges), ZERO),
        intensity=max((one.intensity for one in charges), default=ZERO),
        lines=[
            ShownLine(
                _title(one.kind, names.get(one.resource_code, one.resource_name)), one.list_value, told(one.trace)
            )
            for one in charges
        ],
    )


def _names(booking: Booking) -> Mapping[str, str]:
    return {row.resource.code: row.resource.name for row in booking.booked.all()}


def _title(kind: str, resource: str) -> str:
    return _("%(resource)s: %(kind)s") % {"resource": resource, "kind": ChargeKind(kind).label}
