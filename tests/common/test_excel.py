"""Safe cells, exact numbers, the same bytes every time."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook  # noqa: TID251  # what was written is read back by another door than the one it left by
from python_calamine import CalamineWorkbook

from common.excel import (
    MOMENT,
    MONEY,
    Bars,
    Book,
    Cell,
    Column,
    Formula,
    Lights,
    Look,
    Sheet,
    Value,
    column_letters,
    read_rows,
    safe_text,
    write_book,
)

ROME = ZoneInfo("Europe/Rome")
MADE_AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def book_of(*sheets: Sheet) -> Book:
    return Book(sheets, ROME, MADE_AT, title="Test")


def written(*sheets: Sheet) -> bytes:
    stream = BytesIO()
    write_book(book_of(*sheets), stream)
    return stream.getvalue()


def table(values: Sequence[Value], look: Look = Look()) -> Sheet:  # noqa: B008  # frozen
    return Sheet(
        "T", [Column(20, look)], [[Cell("Header", Look(bold=True))]], [[value] for value in values], len(values)
    )


@pytest.mark.parametrize(
    "text", ["=1+1", "+39 02 123", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]
)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    data = written(table([text]))

    cell = load_workbook(BytesIO(data))["T"]["A2"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert b"<f>" not in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_plain_text_carries_no_quote_prefix() -> None:
    cell = load_workbook(BytesIO(written(table(["Fanta"]))))["T"]["A2"]

    assert (cell.value, cell.quotePrefix) == ("Fanta", False)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\x00b\x1fc\x07", "abc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("\ufffe\uffff", ""),
        ("_x0041_", "_x005F_x0041_"),
        ("<&>\"'", "<&>\"'"),
        ("perché è così, 日本 🛠", "perché è così, 日本 🛠"),
    ],
)
def test_illegal_characters_are_dropped(text: str, safe: str) -> None:
    assert safe_text(text) == safe
    assert load_workbook(BytesIO(written(table([f"<{text}"]))))["T"]["A2"].value == f"<{safe}"


def test_text_is_cut_where_spreadsheets_end() -> None:
    assert len(safe_text("x" * 40_000)) == 32_767


def test_decimal_is_a_number_to_the_cent() -> None:
    data = written(table([Decimal("1234567.89"), Decimal("-0.10"), Decimal("1E+3"), 7], Look(MONEY)))

    assert [row[0] for row in read_rows(data)] == ["Header", 1234567.89, -0.1, 1000, 7]
    assert b"<v>1234567.89</v>" in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert load_workbook(BytesIO(data))["T"]["A2"].number_format == "#,##0.00"


@pytest.mark.parametrize(
    ("instant", "wall"),
    [
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), datetime(2026, 7, 1, 9, 0)),  # noqa: DTZ001
        (datetime(2026, 1, 1, 8, 0, 30, tzinfo=UTC), datetime(2026, 1, 1, 9, 0, 30)),  # noqa: DTZ001
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30)),  # noqa: DTZ001  # first 2:30
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30)),  # noqa: DTZ001  # second 2:30
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2027, 1, 1, 0, 30)),  # noqa: DTZ001
    ],
)
def test_instant_is_written_in_local_wall_time(instant: datetime, wall: datetime) -> None:
    data = written(table([instant], Look(MOMENT)))

    assert read_rows(data)[1] == [wall]
    assert CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("T").to_python()[1] == [wall]


def test_every_minute_of_a_day_comes_back_exactly() -> None:
    minutes = [datetime(2026, 3, 10, tzinfo=ROME) + timedelta(minutes=minute) for minute in range(1440)]

    values = [row[0] for row in read_rows(written(table(minutes, Look(MOMENT))))[1:]]

    assert values == [minute.replace(tzinfo=None) for minute in minutes]


def test_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        written(table([datetime(2026, 1, 1)]))  # noqa: DTZ001


def test_day_is_a_date() -> None:
    assert read_rows(written(table([date(2026, 2, 28)], Look("dd/mm/yyyy"))))[1] == [datetime(2026, 2, 28)]  # noqa: DTZ001


def test_formula_carries_its_value() -> None:
    sheet = Sheet("T", [Column(10)], [[Cell(2)], [Cell(Formula('IF(A1<3,"a&b","c")', "a&b"))]])
    data = written(sheet)

    assert read_rows(data) == [[2], ["a&b"]]
    assert load_workbook(BytesIO(data))["T"]["A2"].value == '=IF(A1<3,"a&b","c")'


def test_same_book_gives_same_bytes() -> None:
    bars = Bars("Hours", 1, 2, 1, 2, "D2", "0.00", "0F4C5C")
    lights = Lights("A1:A2", "OK", "NO")

    def sheet() -> Sheet:
        head = [[Cell("Area"), Cell("Hours")], [Cell("A1"), Cell(Decimal("4.50"))]]
        return Sheet("T", [Column(10), Column(10)], head, charts=[bars], lights=[lights])

    data = written(sheet())

    assert data == written(sheet())
    assert {info.date_time for info in zipfile.ZipFile(BytesIO(data)).infolist()} == {(2026, 11, 3, 10, 30, 0)}
    properties = load_workbook(BytesIO(data)).properties
    assert (properties.creator, properties.created, properties.modified) == (
        "Collaudo",
        MADE_AT.replace(tzinfo=None),
        MADE_AT.replace(tzinfo=None),
    )


def test_all_of_a_long_table_is_found_by_readers() -> None:
    sheet = table([f"row {number}" for number in range(1234)])
    sheet.foot = [[Cell("end")]]
    data = written(sheet)

    assert len(read_rows(data, "T")) == 1236
    assert len(CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("T").to_python()) == 1236


def test_progress_is_told_every_thousand_rows() -> None:
    told: list[int] = []

    write_book(book_of(table([1] * 2500)), BytesIO(), progress=told.append)

    assert told == [1000, 2000]


def test_memory_does_not_grow_with_rows() -> None:
    def rows() -> Iterator[Sequence[Value]]:
        for number in range(50_000):
            yield [number, f"text {number}", Decimal(number), *["same"] * 7]

    sheet = Sheet("T", [Column(10)] * 10, [[Cell("Header")] * 10], rows(), 50_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    write_book(book_of(sheet), BytesIO())

    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 60


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (54, "BB"), (703, "AAA")])
def test_column_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters
