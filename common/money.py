"""Euros as Decimal, rounded in one place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount: Decimal) -> Decimal:
    """Round to the cent, half away from zero: a reversal is the exact minus."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def per_cent(amount: Decimal, rate: Decimal) -> Decimal:
    """Return `rate` per cent of an amount, exact (not rounded)."""
    return amount * rate / 100


def largest_remainder(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Share a total in cents so that the parts add up to it.

    Floors each exact part toward minus infinity, then adds a cent to the largest remainders (ties: the earlier).
    Source: docs/pricing.md, «VAT of a line».
    """
    parts = [value.quantize(CENT, rounding=ROUND_FLOOR) for value in exact]
    missing = int((total - sum(parts, ZERO)) / CENT)
    order = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[:missing]:
        parts[index] += CENT
    return parts
