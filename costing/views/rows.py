"""Charges as pages show them: with their VAT, final or provisional, and their trace in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.formatting import number_text
from costing.labels import labelled
from costing.models import Charge, Statement
from costing.queries.ledger import vat_of_charges


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge with its share of the document's VAT."""

    charge: Charge
    vat: Decimal

    @property
    def payable(self) -> Decimal:
        """Net plus VAT."""
        return self.charge.net + self.vat

    @property
    def unit(self) -> str:
        """The unit in words."""
        return labelled("unit", self.charge.unit)

    @property
    def quantity(self) -> str:
        """The quantity without needless zeros."""
        return number_text(self.charge.quantity)

    @property
    def statement(self) -> Statement | None:
        """The document that it stands on, once the month is closed."""
        line = getattr(self.charge, "statement_line", None)
        return line.statement if line else None


def charge_rows(charges: Sequence[Charge]) -> list[ChargeRow]:
    """Pair charges with their VAT."""
    shares = vat_of_charges(charges)
    return [ChargeRow(charge, shares[charge.pk]) for charge in charges]
