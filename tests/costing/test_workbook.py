"""The usage workbook, made, opened again and recalculated by another program."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook  # noqa: TID251  # formulas and styles are read back by the library itself

from common.excel import read_rows
from costing.lines import COLUMNS, KEYS, LedgerRow, column_number
from costing.summaries import MEASURES, Totals, summarise
from costing.workbook import headers
from tests.costing.ledger_rows import made, some_rows

SHEETS = ["Riepilogo", "Righe", "Progetti", "Controlli"]


def column(rows: Sequence[Sequence[Any]], key: str) -> list[Any]:
    return [row[column_number(key) - 1] for row in rows]


def cents(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_lines_have_the_54_columns_in_order() -> None:
    assert tuple(field.name for field in fields(LedgerRow))[:54] == KEYS
    assert len(COLUMNS) == 54


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        ("it", ["N. riga", "Periodo", "Stato del periodo"], "Approvato da"),
        ("en", ["Line no.", "Period", "Period state"], "Approved by"),
    ],
)
def test_headers_speak_the_language_asked_for(language: str, first: list[str], last: str) -> None:
    rows = read_rows(made(some_rows(2), language=language), "Righe")

    assert rows[0] == headers(language)
    assert (rows[0][:3], rows[0][-1]) == (first, last)
    assert load_workbook(BytesIO(made(some_rows(2), language=language))).sheetnames == SHEETS


def test_one_row_per_line_then_the_subtotals() -> None:
    lines = some_rows(6)

    rows = read_rows(made(lines), "Righe")

    assert len(rows) == 1 + 6 + 1
    assert column(rows[1:-1], "line_no") == [1, 2, 3, 4, 5, 6]
    assert column(rows, "charge_id")[-1] is None
    for measure in MEASURES:
        assert cents(column(rows, measure)[-1]) == getattr(summarise(lines).totals, measure)
        assert sum(cents(value) for value in column(rows[1:-1], measure)) == getattr(summarise(lines).totals, measure)


def test_subtotals_and_projects_are_live_formulas() -> None:
    book = load_workbook(BytesIO(made(some_rows(3))))

    assert book["Righe"]["AL5"].value == "=SUBTOTAL(9,AL2:AL4)"
    assert book["Progetti"]["C2"].value == "=SUMIFS(Righe!$AL$2:$AL$4,Righe!$N$2:$N$4,$A2)"
    assert book["Progetti"]["C4"].value == '=SUMIFS(Righe!$AL$2:$AL$4,Righe!$N$2:$N$4,"=")'
    assert book["Righe"].auto_filter.ref == "A1:BB4"
    assert book["Righe"].freeze_panes == "E2"


def test_projects_carry_the_sums_of_their_lines() -> None:
    rows = read_rows(made(some_rows(6)), "Progetti")

    assert [row[0] for row in rows] == ["Codice progetto", "PC-01", "PC-03", None, None]
    assert [row[2:7] for row in rows[1:]] == [
        [1025, 820, 205, 45.1, 250.1],
        [1015, 812, 203, 44.66, 247.66],
        [1035, 828, 207, 45.54, 252.54],
        [3075, 2460, 615, 135.3, 750.3],
    ]


def test_checks_begin_with_expected_found_difference() -> None:
    rows = read_rows(made(some_rows(6)), "Controlli")[1:]

    numbers = [[cell for cell in row if isinstance(cell, int | float)][:3] for row in rows]
    assert [row[2] for row in numbers] == [0] * 13
    assert numbers[0] == [6, 6, 0]
    assert numbers[1] == [3075, 3075, 0]
    assert [row[4] for row in rows] == ["OK"] * 13


def test_summary_states_the_control_totals_as_plain_numbers() -> None:
    book: Any = load_workbook(BytesIO(made(some_rows(6), language="en")))

    facts = {row[0].value: row[1].value for row in book["Riepilogo"].iter_rows(max_col=2) if row[0].value}
    assert facts["List value (L)"] == 3075
    assert facts["Payable (P)"] == 750.3
    assert facts["Billed hours"] == 27
    assert facts["Made by"] == "Franca Conti"
    assert len(book["Riepilogo"]._charts) == 4


@pytest.mark.parametrize(("language", "word"), [("it", "provvisorio"), ("en", "provisional")])
def test_open_period_says_on_every_sheet_that_it_is_provisional(language: str, word: str) -> None:
    data = made(some_rows(3, period_state="open"), language=language, state="open")

    for sheet in SHEETS:
        assert any(word in str(cell) for row in read_rows(data, sheet) for cell in row), sheet


def test_closed_period_does_not_say_provisional() -> None:
    data = made(some_rows(3))

    assert not [
        cell for sheet in SHEETS for row in read_rows(data, sheet) for cell in row if "provvisorio" in str(cell)
    ]


def test_same_lines_give_the_same_bytes() -> None:
    assert made(some_rows(5)) == made(some_rows(5))


def test_formula_in_a_text_arrives_as_text() -> None:
    rows = some_rows(1, note='=HYPERLINK("http://x")', company_name="+Fanta", resource_name="@x", project_code="=1+1")

    book = load_workbook(BytesIO(made(rows)))

    line = [cell for cell in book["Righe"][2] if str(cell.value)[:1] in "=+@"]
    assert [(cell.value, cell.data_type) for cell in line] == [
        ("+Fanta", "s"), ("=1+1", "s"), ("@x", "s"), ('=HYPERLINK("http://x")', "s"),
    ]  # fmt: skip
    assert book["Progetti"]["A2"].data_type == "s"


def test_empty_period_makes_a_workbook() -> None:
    rows = read_rows(made([]), "Righe")

    assert [len(rows), rows[0][0], column(rows, "payable")[1]] == [2, "N. riga", 0]
    assert summarise([]).totals == Totals()


def test_summary_of_many_chunks_equals_plain_sums() -> None:
    lines = some_rows(3) * 4000

    summary = summarise(iter(lines))

    assert summary.totals.lines == 12_000
    assert summary.totals.payable == sum(row.payable for row in lines)
    assert list(summary.by_project) == ["PC-01", "PC-03", ""]


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: formulas are not recalculated"
)
@pytest.mark.parametrize("state", ["closed", "open"])
def test_formulas_recalculated_elsewhere_equal_the_stored_values(tmp_path: Path, state: str) -> None:
    codes = ("PC-01", "P*", "", "=1+1", "a~b", ">5", "2026")
    rows = [replace(row, project_code=code) for row, code in zip(some_rows(len(codes)), codes, strict=True)]
    data = made(rows, state=state)
    (tmp_path / "in.xlsx").write_bytes(without_stored_values(data))
    (tmp_path / "out").mkdir()

    office = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    convert = [
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "in.xlsx"),
    ]
    subprocess.run([*office, *convert], check=True, capture_output=True, timeout=120)
    recalculated = (tmp_path / "out" / "in.xlsx").read_bytes()

    assert shown(without_stored_values(data), "Progetti") != shown(data, "Progetti")
    for sheet in SHEETS:
        assert shown(recalculated, sheet) == shown(data, sheet), sheet


def without_stored_values(data: bytes) -> bytes:
    """Return a workbook whose formulas must be computed by whoever opens it."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"</f><v>[^<]*</v>", b"</f>", source.read(name)))
    return stream.getvalue()


def shown(data: bytes, sheet: str) -> list[list[Any]]:
    """Return a sheet's values to the cent, without the empty cells at the end of a row."""
    rows = [[round(cell, 2) if isinstance(cell, float) else cell for cell in row] for row in read_rows(data, sheet)]
    full = [row[: max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)] for row in rows]
    return [row for row in full if row]
