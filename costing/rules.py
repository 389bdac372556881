"""Aid and VAT on priced lines: pure rules, shared by quotes, charges and statements. Explained in docs/pricing.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.money import ZERO, largest_remainder, per_cent, to_cents

VAT_ON_NET, VAT_ON_FULL = "net", "full"


@dataclass(frozen=True, slots=True)
class AidTerms:
    """What a concession freezes: the measure, the intensity in per cent, the size class and the regime of its day."""

    measure: str
    service: str
    regime: str
    size_class: str
    intensity: Decimal
    vat_treatment: str
    conceded_on: date


def no_aid(*, size_class: str, conceded_on: date) -> AidTerms:
    """Return the terms of a use without aid: intensity 0, VAT on the net."""
    return AidTerms("", "", "", size_class, ZERO, VAT_ON_NET, conceded_on)


@dataclass(frozen=True, slots=True)
class AidedAmount:
    """A line's list value L, the contribution C and the company's share N = L − C."""

    list_value: Decimal
    contribution: Decimal
    net: Decimal


def aided_amount(list_value: Decimal, *, intensity: Decimal, may_be_aided: bool) -> AidedAmount:
    """Split a line's list value into contribution and company's share.

    Units:   list_value in EUR, already in cents; intensity in per cent.
    Returns: C = to_cents(L × intensity), 0 where the line may not be aided; N = L − C.
    Source:  docs/pricing.md, section 4.
    """
    contribution = to_cents(per_cent(list_value, intensity)) if may_be_aided else ZERO
    return AidedAmount(list_value, contribution, list_value - contribution)


@dataclass(frozen=True, slots=True)
class VatBase:
    """What a line brings to its document: the company's share, and the base of VAT with its code."""

    net: Decimal
    taxable: Decimal
    code: str
    rate: Decimal
    nature: str


def vat_base(amount: AidedAmount, *, code: str, rate: Decimal, nature: str, treatment: str) -> VatBase:
    """Return a line's base of VAT: its net, or its list value when the measure taxes the full value."""
    taxable = amount.list_value if treatment == VAT_ON_FULL else amount.net
    return VatBase(amount.net, taxable, code, rate, nature)


@dataclass(frozen=True, slots=True)
class VatGroup:
    """The lines of one VAT code in a document; VAT is computed here, once."""

    code: str
    rate: Decimal
    nature: str
    net: Decimal
    taxable: Decimal
    vat: Decimal

    @property
    def payable(self) -> Decimal:
        """Net plus VAT."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class DocumentVat:
    """The VAT of a document: of each line in the order given, of each VAT code, and in all."""

    lines: tuple[Decimal, ...]
    groups: tuple[VatGroup, ...]

    @property
    def net(self) -> Decimal:
        """The sum of the lines' net amounts."""
        return sum((group.net for group in self.groups), ZERO)

    @property
    def vat(self) -> Decimal:
        """The sum of the groups' VAT."""
        return sum((group.vat for group in self.groups), ZERO)

    @property
    def payable(self) -> Decimal:
        """Net plus VAT."""
        return self.net + self.vat


def document_vat(lines: Sequence[VatBase]) -> DocumentVat:
    """Compute a document's VAT once per VAT code and share it out to its lines.

    Returns: V = to_cents(sum of the bases × rate) per (code, rate, nature), in order of first appearance; a line's
             VAT is its share by largest remainder (ties: the earlier line), so that columns sum to documents.
    Source:  docs/pricing.md, section 5.
    """
    shares = [ZERO] * len(lines)
    groups = []
    for key in dict.fromkeys((line.code, line.rate, line.nature) for line in lines):
        places = [place for place, line in enumerate(lines) if (line.code, line.rate, line.nature) == key]
        code, rate, nature = key
        exact = [per_cent(lines[place].taxable, rate) for place in places]
        vat = to_cents(sum(exact, ZERO))
        for place, share in zip(places, largest_remainder(exact, vat), strict=True):
            shares[place] = share
        net = sum((lines[place].net for place in places), ZERO)
        taxable = sum((lines[place].taxable for place in places), ZERO)
        groups.append(VatGroup(code, rate, nature, net, taxable, vat))
    return DocumentVat(tuple(shares), tuple(groups))
