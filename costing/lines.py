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
        ("line_no", pgettext_lazy("column", "Line no."), Shape.WHOLE, 8),
        ("period", pgettext_lazy("column", "Period"), Shape.TEXT, 10),
        ("period_state", pgettext_lazy("column", "Period state"), Shape.LABEL, 14),
        ("charge_id", pgettext_lazy("column", "Charge id"), Shape.WHOLE, 10),
        ("kind", pgettext_lazy("column", "Kind"), Shape.LABEL, 16),
        ("reverses", pgettext_lazy("column", "Reverses"), Shape.WHOLE, 10),
        ("document_no", pgettext_lazy("column", "Document no."), Shape.TEXT, 13),
        ("document_date", pgettext_lazy("column", "Document date"), Shape.DAY, 14),
    ),
    *_columns(
        Topic.COMPANY,
        ("company_name", pgettext_lazy("column", "Company"), Shape.TEXT, 30),
        ("vat_number", pgettext_lazy("column", "VAT no."), Shape.TEXT, 15),
        ("tax_code", pgettext_lazy("column", "Tax code"), Shape.TEXT, 18),
        ("size_class", pgettext_lazy("column", "Size class"), Shape.LABEL, 12),
        ("recipient", pgettext_lazy("column", "SDI / PEC"), Shape.TEXT, 22),
    ),
    *_columns(
        Topic.PROJECT,
        ("project_code", pgettext_lazy("column", "Project code"), Shape.TEXT, 13),
        ("project_title", pgettext_lazy("column", "Project title"), Shape.TEXT, 36),
        ("cup", pgettext_lazy("column", "CUP"), Shape.TEXT, 17),
        ("alternative_identifier", pgettext_lazy("column", "Alternative identifier"), Shape.TEXT, 20),
        ("call", pgettext_lazy("column", "Call"), Shape.TEXT, 14),
        ("work_package", pgettext_lazy("column", "Work package"), Shape.TEXT, 14),
        ("milestone", pgettext_lazy("column", "Milestone"), Shape.TEXT, 11),
        ("trl", pgettext_lazy("column", "TRL"), Shape.WHOLE, 6),
    ),
    *_columns(
        Topic.RESOURCE,
        ("resource_code", pgettext_lazy("column", "Resource code"), Shape.TEXT, 14),
        ("resource_name", pgettext_lazy("column", "Resource"), Shape.TEXT, 34),
        ("resource_kind", pgettext_lazy("column", "Kind of resource"), Shape.LABEL, 20),
        ("cost_centre", pgettext_lazy("column", "Cost centre"), Shape.TEXT, 13),
        ("operator", pgettext_lazy("column", "Operator"), Shape.TEXT, 20),
    ),
    *_columns(
        Topic.TIME,
        ("booked_start", pgettext_lazy("column", "Booked start"), Shape.MOMENT, 17),
        ("booked_end", pgettext_lazy("column", "Booked end"), Shape.MOMENT, 17),
        ("booked_hours", pgettext_lazy("column", "Booked hours"), Shape.HOURS, 13),
        ("actual_start", pgettext_lazy("column", "Actual start"), Shape.MOMENT, 17),
        ("actual_end", pgettext_lazy("column", "Actual end"), Shape.MOMENT, 17),
        ("actual_hours", pgettext_lazy("column", "Actual hours"), Shape.HOURS, 13),
        ("billed_hours", pgettext_lazy("column", "Billed hours"), Shape.HOURS, 13),
        ("economic_use", pgettext_lazy("column", "Economic use"), Shape.LABEL, 12),
    ),
    *_columns(
        Topic.MONEY,
        ("unit", pgettext_lazy("column", "Unit"), Shape.LABEL, 10),
        ("unit_price", pgettext_lazy("column", "Unit price"), Shape.MONEY, 12),
        ("tariff_version", pgettext_lazy("column", "Tariff version"), Shape.TEXT, 24),
        ("list_value", pgettext_lazy("column", "List value"), Shape.MONEY, 14),
        ("regime", pgettext_lazy("column", "Regime"), Shape.TEXT, 14),
        ("cor", pgettext_lazy("column", "COR"), Shape.TEXT, 14),
        ("intensity", pgettext_lazy("column", "Intensity %"), Shape.SHARE, 11),
        ("contribution", pgettext_lazy("column", "Contribution"), Shape.MONEY, 14),
        ("cap_reason", pgettext_lazy("column", "Cap reason"), Shape.TEXT, 14),
        ("net", pgettext_lazy("column", "Net"), Shape.MONEY, 14),
        ("vat_code", pgettext_lazy("column", "VAT code"), Shape.TEXT, 10),
        ("vat_rate", pgettext_lazy("column", "VAT %"), Shape.SHARE, 9),
        ("vat", pgettext_lazy("column", "VAT"), Shape.MONEY, 13),
        ("payable", pgettext_lazy("column", "Payable"), Shape.MONEY, 14),
    ),
    *_columns(
        Topic.INTERNAL,
        ("internal_hour_cost", pgettext_lazy("column", "Internal hour cost"), Shape.MONEY, 17),
        ("internal_cost", pgettext_lazy("column", "Internal cost"), Shape.MONEY, 14),
        ("margin", pgettext_lazy("column", "Margin"), Shape.MONEY, 13),
        ("note", pgettext_lazy("column", "Note"), Shape.TEXT, 36),
        ("entered_by", pgettext_lazy("column", "Entered by"), Shape.TEXT, 26),
        ("approved_by", pgettext_lazy("column", "Approved by"), Shape.TEXT, 26),
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
    Source: docs/ledger.md.
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
