"""The one door to spreadsheets: safe cells, exact numbers, long tables in bounded memory, the same bytes every time.

openpyxl builds the shell (styles, widths, charts, print setup) and its rows are then streamed into the zip, because a
workbook of 100,000 rows held in openpyxl's memory costs more than the machine that writes it.
"""
# ruff: noqa: TID251  (this is the door that the ban on openpyxl speaks of)

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart as OpenpyxlBarChart
from openpyxl.chart import Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from common.sheet_xml import (
    Formula,
    StyledCell,
    Value,
    cell_xml,
    column_letters,
    column_writer,
    is_risky,
    rows_xml,
    safe_text,
    table_xml,
)

__all__ = [
    "Bars", "Book", "Cell", "Column", "Formula", "Lights", "Look", "Sheet", "Value", "cell_xml", "column_letters",
    "is_risky", "read_rows", "safe_text", "write_book",
]  # fmt: skip

MONEY = "#,##0.00"
HOURS = '0.00 "h"'
MOMENT = "dd/mm/yyyy hh:mm"
DAY = "dd/mm/yyyy"
WHOLE = "0"
THOUSANDS = "#,##0"
SHARE = "0.00"
TEXT = "General"

ROWS_PER_NOTE = 1000
FONT = "Calibri"
INK, PAPER, RULE = "1F2937", "FFFFFF", "D5DBE3"
GOOD, GOOD_BACK = "166534", "DCFCE7"
BAD, BAD_BACK = "991B1B", "FEE2E2"
SHEET_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
DIMENSION = re.compile(rb"<dimension [^>]*/>")


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: number format, weight, colours (six hexadecimal digits), alignment, indent in steps."""

    number_format: str = TEXT
    bold: bool = False
    size: int = 10
    color: str = INK
    fill: str = ""
    align: str = ""
    indent: int = 0
    wrap: bool = False
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value or a live formula with its look."""

    value: Value | Formula = None
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its width in characters and the look of a long table's cells in it."""

    width: float
    look: Look = Look()


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of two neighbouring ranges of its sheet: names in the first column, values in `value_column`."""

    title: str
    name_column: int
    value_column: int
    header_row: int
    last_row: int
    anchor: str
    number_format: str
    color: str


@dataclass(frozen=True, slots=True)
class Lights:
    """A traffic light: cells of a range turn green on one text and red on the other."""

    cells: str
    good: str
    bad: str


@dataclass(slots=True)
class Sheet:
    """One sheet: styled rows at the top, then a long table streamed as it comes, then styled rows at the foot."""

    name: str
    columns: Sequence[Column]
    head: Sequence[Sequence[Cell]]
    table: Iterable[Sequence[Value]] = ()
    table_rows: int = 0
    foot: Sequence[Sequence[Cell]] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    freeze: str = ""
    filter_cells: str = ""
    repeat_columns: str = ""
    pages_wide: int = 1
    large_paper: bool = False
    banner: str = ""
    charts: Sequence[Bars] = ()
    lights: Sequence[Lights] = ()
    grid: bool = True

    @property
    def last_row(self) -> int:
        """The number of the last row written."""
        return len(self.head) + self.table_rows + len(self.foot)


@dataclass(slots=True)
class Book:
    """A workbook: its sheets, its zone, and the one instant and author that all its dates and properties name."""

    sheets: Sequence[Sheet]
    zone: ZoneInfo
    made_at: datetime
    title: str
    author: str = "Collaudo"


def write_book(book: Book, stream: BinaryIO, *, progress: Callable[[int], None] | None = None) -> None:
    """Write a workbook to a binary stream; the same book gives the same bytes.

    `progress` is told how many rows of long tables are written so far.
    """
    shell = Workbook()
    shell.remove(shell.worksheets[0])
    styles = _Styles(shell)
    contents = [_content(book, sheet, styles, progress) for sheet in book.sheets]
    for sheet in book.sheets:
        _build_shell(shell.create_sheet(sheet.name), sheet)
    styles.register(book.sheets)
    packed = BytesIO()
    shell.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=_part_order):
            _copy_part(source, target, name, book, contents)


def read_rows(data: bytes, sheet: str | None = None) -> list[list[Any]]:
    """Return the rows of a sheet (the first one when none is named), formulas as their stored values."""
    workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        rows = (workbook[sheet] if sheet else workbook.worksheets[0]).iter_rows(values_only=True)
        return [list(row) for row in rows]
    finally:
        workbook.close()


class _Styles:
    """The numbers that a workbook's style table gives to looks."""

    def __init__(self, shell: Workbook) -> None:
        self.shell = shell
        self.numbers: dict[tuple[Look, bool], int] = {}

    def register(self, sheets: Sequence[Sheet]) -> None:
        """Number every look before the shell is saved; the streams ask for them afterwards."""
        for sheet in sheets:
            looks = [column.look for column in sheet.columns]
            looks += [cell.look for row in (*sheet.head, *sheet.foot) for cell in row]
            for look in dict.fromkeys(looks):
                self.number(look)
                self.number(look, risky=True)

    def number(self, look: Look, *, risky: bool = False) -> int:
        """Return the number of a look; a risky text's keeps it text when somebody edits the cell."""
        key = (look, risky)
        if key not in self.numbers:
            self.numbers[key] = self._add(look, risky=risky)
        return self.numbers[key]

    def styled(self, cell: Cell) -> StyledCell:
        """Return a cell with the numbers of its look."""
        return StyledCell(cell.value, self.number(cell.look), self.number(cell.look, risky=True))

    def _add(self, look: Look, *, risky: bool) -> int:
        cell: Any = WriteOnlyCell(self.shell.worksheets[0])
        cell.font = Font(name=FONT, size=look.size, bold=look.bold, color=look.color)
        cell.number_format = look.number_format
        align = look.align or ("left" if look.indent else None)
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=look.wrap, indent=look.indent)
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        if look.rule:
            cell.border = Border(bottom=Side(style="thin", color=RULE))
        cell.quotePrefix = risky
        return int(cell.style_id)


def _content(
    book: Book, sheet: Sheet, styles: _Styles, progress: Callable[[int], None] | None
) -> Callable[[], Iterator[bytes]]:
    def rows() -> Iterator[bytes]:
        first_of_table, first_of_foot = len(sheet.head) + 1, len(sheet.head) + sheet.table_rows + 1
        head = [[styles.styled(cell) for cell in row] for row in sheet.head]
        foot = [[styles.styled(cell) for cell in row] for row in sheet.foot]
        writers = [
            column_writer(styles.number(column.look), styles.number(column.look, risky=True), book.zone)
            for column in sheet.columns
        ]
        yield from rows_xml(head, book.zone, 1, sheet.heights)
        yield from table_xml(_counted(sheet.table, progress), writers, first_of_table)
        yield from rows_xml(foot, book.zone, first_of_foot, sheet.heights)

    return rows


def _counted(rows: Iterable[Sequence[Value]], progress: Callable[[int], None] | None) -> Iterator[Sequence[Value]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if progress is not None and number % ROWS_PER_NOTE == 0:
            progress(number)


def _build_shell(page: Worksheet, sheet: Sheet) -> None:
    """Set all of a sheet but its rows."""
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[column_letters(index)].width = column.width
    page.freeze_panes = sheet.freeze or None
    page.auto_filter.ref = sheet.filter_cells or None
    page.sheet_view.showGridLines = sheet.grid
    _set_print(page, sheet)
    make_rule: Any = CellIsRule
    for light in sheet.lights:
        for text, color, back in ((light.good, GOOD, GOOD_BACK), (light.bad, BAD, BAD_BACK)):
            rule = make_rule("equal", [f'"{text}"'], font=Font(bold=True, color=color), fill=PatternFill(bgColor=back))
            page.conditional_formatting.add(light.cells, rule)
    for bars in sheet.charts:
        page.add_chart(_bar_chart(page, bars), bars.anchor)


def _set_print(page: Any, sheet: Sheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A3 if sheet.large_paper else page.PAPERSIZE_A4
    page.page_setup.fitToWidth = sheet.pages_wide
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins.left = page.page_margins.right = 0.4
    if sheet.table_rows:
        page.print_title_rows = "1:1"
    if sheet.repeat_columns:
        page.print_title_cols = sheet.repeat_columns
    page.oddHeader.left.text = "Collaudo"
    page.oddHeader.center.text = sheet.banner.replace("&", "&&") or None
    page.oddHeader.right.text = "&A"
    page.oddFooter.right.text = "&P / &N"


def _bar_chart(page: Worksheet, bars: Bars) -> Any:
    chart: Any = OpenpyxlBarChart()
    chart.type, chart.style, chart.legend = "bar", 10, None
    chart.title, chart.height, chart.width, chart.gapWidth = bars.title, 9, 16, 60
    first, last, names, values = bars.header_row, bars.last_row, bars.name_column, bars.value_column
    chart.add_data(Reference(page, min_col=values, max_col=values, min_row=first, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(page, min_col=names, min_row=first + 1, max_row=last))
    chart.series[0].graphicalProperties.solidFill = bars.color
    chart.x_axis.scaling.orientation, chart.x_axis.tickLblSkip = "maxMin", 1
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.numFmt, chart.y_axis.majorGridlines = bars.number_format, None
    chart.y_axis.scaling.min, chart.y_axis.crosses = 0, "max"
    return chart


def _part_order(name: str) -> tuple[int, str]:
    """The content types come first, as readers expect; the rest by name, so that the order never varies."""
    return (0 if name == "[Content_Types].xml" else 1, name)


def _copy_part(
    source: zipfile.ZipFile,
    target: zipfile.ZipFile,
    name: str,
    book: Book,
    contents: Sequence[Callable[[], Iterator[bytes]]],
) -> None:
    local = book.made_at.astimezone(book.zone)
    moment = (max(local.year, 1980), local.month, local.day, local.hour, local.minute, local.second)
    info = zipfile.ZipInfo(name, date_time=moment)
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
    number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    data = _properties(book) if name == "docProps/core.xml" else source.read(name)
    with target.open(info, "w") as part:
        if number is None:
            part.write(data)
            return
        index = int(number[1]) - 1
        place = SHEET_DATA.search(data)
        if place is None:
            raise ValueError(f"{name} has no place for rows")
        part.write(DIMENSION.sub(_dimension(book.sheets[index]), data[: place.start()]) + b"<sheetData>")
        for chunk in contents[index]():
            part.write(chunk)
        part.write(b"</sheetData>" + data[place.end() :])


def _dimension(sheet: Sheet) -> bytes:
    return f'<dimension ref="A1:{column_letters(len(sheet.columns))}{max(sheet.last_row, 1)}"/>'.encode()


def _properties(book: Book) -> bytes:
    """Return the document properties: one author and one instant, never the clock's."""
    made_at = f"{book.made_at.astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"
    author, title = escape(safe_text(book.author)), escape(safe_text(book.title))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
        f"<cp:lastModifiedBy>{author}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made_at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{made_at}</dcterms:modified></cp:coreProperties>'
    ).encode()
