"""The line of the ledger as finance reads it: 54 columns, the canonical text of a closed period, its hash chain."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO
from operator import attrgetter
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Value: TypeAlias = str | int | bool | Decimal | datetime | date | None

FIRST_HASH = "0" * 64


class Shape(StrEnum):
    """What a column holds."""

    TEXT = "text"
    LABEL = "label"
    WHOLE = "whole"
    MONEY = "money"
    SHARE = "share"
    HOURS = "hours"
    MOMENT = "moment"
    DAY = "day"


class Topic(StrEnum):
    """What a column is about; neighbours of one topic share a header colour."""

    DOCUMENT = "document"
    COMPANY = "company"
    PROJECT = "project"
    RESOURCE = "resource"
    TIME = "time"
    MONEY = "money"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of the ledger's lines: stable English key, translated header, shape, topic, width in characters."""

    key: str
    header: str | Promise
    shape: Shape
    topic: Topic
    width: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One charge as a line of the usage workbook: the 54 columns in order, then what only the summaries read."""

    line_no: int
    period: str
    period_state: str
    charge_id: int
    kind: str
    reverses: int | None
    document_no: str
    document_date: date | None
    company_name: str
    vat_number: str
    tax_code: str
    size_class: str
    recipient: str
    project_code: str
    project_title: str
    cup: str
    alternative_identifier: str
    call: str
    work_package: str
    milestone: str
    trl: int | None
    resource_code: str
    resource_name: str
    resource_kind: str
    cost_centre: str
    operator: str
    booked_start: datetime | None
    booked_end: datetime | None
    booked_hours: Decimal
    actual_start: datetime | None
    actual_end: datetime | None
    actual_hours: Decimal
    billed_hours: Decimal
    economic_use: bool
    unit: str
    unit_price: Decimal
    tariff_version: str
    list_value: Decimal
    regime: str
    cor: str
    intensity: Decimal
    contribution: Decimal
    cap_reason: str
    net: Decimal
    vat_code: str
    vat_rate: Decimal
    vat: Decimal
    payable: Decimal
    internal_hour_cost: Decimal | None
    internal_cost: Decimal | None
    margin: Decimal | None
    note: str
    entered_by: str
    approved_by: str
    area_code: str = ""


def _columns(topic: Topic, *columns: tuple[str, str | Promise, Shape, int]) -> tuple[LineColumn, ...]:
    return tuple(LineColumn(key, header, shape, topic, width) for key, header, shape, width in columns)


COLUMNS: tuple[LineColumn, ...] = (
    *_columns(
        Topic.DOCUMENT,
        ("line_no", _("Line no."), Shape.WHOLE, 8),
        ("period", _("Period"), Shape.TEXT, 10),
        ("period_state", _("Period state"), Shape.LABEL, 14),
        ("charge_id", _("Charge id"), Shape.WHOLE, 10),
        ("kind", _("Kind"), Shape.LABEL, 16),
        ("reverses", _("Reverses"), Shape.WHOLE, 10),
        ("document_no", _("Document no."), Shape.TEXT, 13),
        ("document_date", _("Document date"), Shape.DAY, 14),
    ),
    *_columns(
        Topic.COMPANY,
        ("company_name", _("Company"), Shape.TEXT, 30),
        ("vat_number", _("VAT no."), Shape.TEXT, 15),
        ("tax_code", _("Tax code"), Shape.TEXT, 18),
        ("size_class", _("Size class"), Shape.LABEL, 12),
        ("recipient", _("SDI / PEC"), Shape.TEXT, 22),
    ),
    *_columns(
        Topic.PROJECT,
        ("project_code", _("Project code"), Shape.TEXT, 13),
        ("project_title", _("Project title"), Shape.TEXT, 36),
        ("cup", _("CUP"), Shape.TEXT, 17),
        ("alternative_identifier", _("Alternative identifier"), Shape.TEXT, 20),
        ("call", _("Call"), Shape.TEXT, 14),
        ("work_package", _("Work package"), Shape.TEXT, 14),
        ("milestone", _("Milestone"), Shape.TEXT, 11),
        ("trl", _("TRL"), Shape.WHOLE, 6),
    ),
    *_columns(
        Topic.RESOURCE,
        ("resource_code", _("Resource code"), Shape.TEXT, 14),
        ("resource_name", _("Resource"), Shape.TEXT, 34),
        ("resource_kind", _("Kind of resource"), Shape.LABEL, 20),
        ("cost_centre", _("Cost centre"), Shape.TEXT, 13),
        ("operator", _("Operator"), Shape.TEXT, 20),
    ),
    *_columns(
        Topic.TIME,
        ("booked_start", _("Booked start"), Shape.MOMENT, 17),
        ("booked_end", _("Booked end"), Shape.MOMENT, 17),
        ("booked_hours", _("Booked hours"), Shape.HOURS, 13),
        ("actual_start", _("Actual start"), Shape.MOMENT, 17),
        ("actual_end", _("Actual end"), Shape.MOMENT, 17),
        ("actual_hours", _("Actual hours"), Shape.HOURS, 13),
        ("billed_hours", _("Billed hours"), Shape.HOURS, 13),
        ("economic_use", _("Economic use"), Shape.LABEL, 12),
    ),
    *_columns(
        Topic.MONEY,
        ("unit", _("Unit"), Shape.LABEL, 10),
        ("unit_price", _("Unit price"), Shape.MONEY, 12),
        ("tariff_version", _("Tariff version"), Shape.TEXT, 24),
        ("list_value", _("List value"), Shape.MONEY, 14),
        ("regime", _("Regime"), Shape.TEXT, 14),
        ("cor", _("COR"), Shape.TEXT, 14),
        ("intensity", _("Intensity %"), Shape.SHARE, 11),
        ("contribution", _("Contribution"), Shape.MONEY, 14),
        ("cap_reason", _("Cap reason"), Shape.TEXT, 14),
        ("net", pgettext_lazy("amount", "Net"), Shape.MONEY, 14),
        ("vat_code", _("VAT code"), Shape.TEXT, 10),
        ("vat_rate", _("VAT %"), Shape.SHARE, 9),
        ("vat", _("VAT"), Shape.MONEY, 13),
        ("payable", _("Payable"), Shape.MONEY, 14),
    ),
    *_columns(
        Topic.INTERNAL,
        ("internal_hour_cost", _("Internal hour cost"), Shape.MONEY, 17),
        ("internal_cost", _("Internal cost"), Shape.MONEY, 14),
        ("margin", _("Margin"), Shape.MONEY, 13),
        ("note", _("Note"), Shape.TEXT, 36),
        ("entered_by", _("Entered by"), Shape.TEXT, 26),
        ("approved_by", _("Approved by"), Shape.TEXT, 26),
    ),
)
KEYS = tuple(column.key for column in COLUMNS)


def column_number(key: str) -> int:
    """Return the place of a column among the 54, from 1."""
    return KEYS.index(key) + 1


values_of: Callable[[LedgerRow], tuple[Value, ...]] = attrgetter(*KEYS)
"""Return the 54 values of a line in the order of the columns."""


def without_internals(row: LedgerRow) -> LedgerRow:
    """Return a line as a firm, a funder or the canonical text may have it: internal costs left empty."""
    return replace(row, internal_hour_cost=None, internal_cost=None, margin=None)


def plain_text(value: Value, zone: ZoneInfo) -> str:
    """Return a value as text for machines: dot decimals, ISO dates, instants with their local offset."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_number(value)
    return str(value)


def plain_number(value: Decimal) -> str:
    """Return a decimal without exponent: at least two places, no zeros after them."""
    whole, _dot, places = f"{value:f}".partition(".")
    return f"{whole}.{places.rstrip('0'):0<2}"


def csv_lines(rows: Iterable[LedgerRow], zone: ZoneInfo, headers: Sequence[str] = KEYS) -> Iterator[bytes]:
    """Yield lines as CSV: UTF-8, comma, line feed, dot decimals, ISO dates, enum values as stored.

    Shape: one header, then one line per row in the order given; the 54 columns of the sheet `Righe`.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([plain_text(value, zone) for value in values_of(row)])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def canonical_lines(rows: Iterable[LedgerRow], zone: ZoneInfo) -> Iterator[bytes]:
    """Yield the canonical text of a period, which its hash is taken of: English keys, internal columns empty.

    `rows` are the whole period's, ordered by charge id.
    Source: docs/pricing.md, section 5.
    """
    return csv_lines((without_internals(row) for row in rows), zone)


def chained_hash(previous: str, lines: Iterable[bytes]) -> str:
    """Return a period's hash: SHA-256 of the previous period's hex followed by the canonical lines.

    `previous` is 64 zeros for the first period, so that anybody can compute the chain from the files alone.
    """
    digest = hashlib.sha256(previous.encode())
    for chunk in lines:
        digest.update(chunk)
    return digest.hexdigest()
