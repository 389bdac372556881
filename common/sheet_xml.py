"""The XML of spreadsheet cells and rows, written as a stream: safe texts, exact decimals, local times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

Value: TypeAlias = str | int | Decimal | datetime | date | None

LONGEST_TEXT = 32_767
ROWS_PER_CHUNK = 200
EPOCH = date(1899, 12, 30)
EPOCH_MIDNIGHT = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's serial numbers know no zone
DAY = timedelta(days=1)

ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
RISKY_START = re.compile(r"[=+\-@\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with the value that was computed when it was written."""

    text: str
    value: Decimal | int | str


@dataclass(frozen=True, slots=True)
class StyledCell:
    """A cell ready for the stream: a value and the numbers of its styles (the second for risky texts)."""

    value: Value | Formula
    style: int
    text_style: int


def safe_text(text: str) -> str:
    """Return a text that any spreadsheet can open: no illegal characters, at most 32,767 of them.

    Carriage returns become line feeds; `_x0041_` in the text is kept from being read as an escape.
    """
    plain = ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return ESCAPE_LIKE.sub("_x005F_", plain)[:LONGEST_TEXT]


def is_risky(text: str) -> bool:
    """Say whether a spreadsheet might take a text for a formula once somebody edits the cell."""
    return RISKY_START.match(text) is not None


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def serial(value: datetime | date, zone: ZoneInfo) -> str:
    """Return a spreadsheet's number for a day or an instant, the instant in the zone's wall time."""
    if not isinstance(value, datetime):
        return str((value - EPOCH).days)
    if value.tzinfo is None:
        raise ValueError("a spreadsheet needs aware instants")
    return repr((value.astimezone(zone).replace(tzinfo=None) - EPOCH_MIDNIGHT) / DAY)


def cell_xml(place: str, cell: StyledCell, zone: ZoneInfo) -> str:
    """Return the XML of one cell; an empty one keeps its style."""
    value, start = cell.value, f'<c r="{place}" s="{cell.style}"'
    if value is None or value == "":
        return f"{start}/>"
    if isinstance(value, str):
        return _text_xml(place, value, cell.text_style if is_risky(value) else cell.style)
    if isinstance(value, Formula):
        formula = escape(value.text.removeprefix("="))
        if isinstance(value.value, str):
            return f'{start} t="str"><f>{formula}</f><v>{escape(safe_text(value.value))}</v></c>'
        return f"{start}><f>{formula}</f><v>{_number(value.value)}</v></c>"
    if isinstance(value, date):
        return f"{start}><v>{serial(value, zone)}</v></c>"
    return f"{start}><v>{_number(value)}</v></c>"


def _text_xml(place: str, text: str, style: int) -> str:
    body = escape(safe_text(text))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{body}</t></is></c>'


def _number(value: Decimal | int) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(int(value))


def rows_xml(
    rows: Iterable[Sequence[StyledCell]], zone: ZoneInfo, first_row: int, heights: Mapping[int, float]
) -> Iterator[bytes]:
    """Yield the XML of a few styled rows; `heights` sets single rows' heights in points."""
    for number, row in enumerate(rows, start=first_row):
        height = f' ht="{heights[number]:g}" customHeight="1"' if number in heights else ""
        cells = (cell_xml(f"{column_letters(index)}{number}", cell, zone) for index, cell in enumerate(row, start=1))
        yield f'<row r="{number}"{height}>{"".join(cells)}</row>'.encode()


CellWriter: TypeAlias = Callable[[str, Value], str]


def column_writer(style: int, text_style: int, zone: ZoneInfo) -> CellWriter:
    """Return the fast writer of one column of a long table: row number and value in, XML out."""

    def write(place: str, value: Value) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, str):
            return _text_xml(place, value, text_style if is_risky(value) else style)
        text = serial(value, zone) if isinstance(value, date) else _number(value)
        return f'<c r="{place}" s="{style}"><v>{text}</v></c>'

    return write


def table_xml(rows: Iterable[Sequence[Value]], writers: Sequence[CellWriter], first_row: int) -> Iterator[bytes]:
    """Yield the XML of a long table's rows in chunks, however many there are: memory stays bounded."""
    columns = [(column_letters(index), write) for index, write in enumerate(writers, start=1)]
    chunk: list[str] = []
    for number, row in enumerate(rows, start=first_row):
        cells = [write(f"{letters}{number}", value) for (letters, write), value in zip(columns, row, strict=True)]
        chunk.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(chunk) == ROWS_PER_CHUNK:
            yield "".join(chunk).encode()
            chunk.clear()
    yield "".join(chunk).encode()
