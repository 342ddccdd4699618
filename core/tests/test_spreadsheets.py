import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from core.spreadsheets import spreadsheet, to_csv, to_xlsx, write_xlsx

FORMULAS = ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
HEADINGS = ["name", "amount"]


def read_csv(content):
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content):
    return openpyxl.load_workbook(BytesIO(content))


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_text_is_never_a_formula(text):
    [_, row] = read_csv(to_csv([HEADINGS, [text, Decimal("-1.50")]]))
    assert row == [f"'{text}", "-1.50"]


@pytest.mark.parametrize("text", [*FORMULAS, "http://evil.example", "{=1}", "0123"])
def test_xlsx_text_stays_text(text):
    sheet = read_xlsx(to_xlsx([HEADINGS, [text, Decimal("-1.50")]])).active
    cell = sheet["A2"]
    assert (cell.value.replace("_x000D_", "\r"), cell.data_type, cell.hyperlink) == (
        text,
        "s",
        None,
    )
    assert cell.quotePrefix == (text in FORMULAS)
    assert sheet["B2"].value == -1.5


def test_numbers_dates_and_none_keep_their_types():
    berlin = datetime(2026, 7, 1, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    row = ["Ada", 3, Decimal("1234.50"), berlin, date(2026, 7, 1), None, True]
    content = to_csv([list("abcdefg"), row])
    assert read_csv(content)[1] == [
        "Ada",
        "3",
        "1234.50",
        "2026-07-01 20:00:00+02:00",
        "2026-07-01",
        "",
        "yes",
    ]
    sheet = read_xlsx(to_xlsx([list("abcdefg"), row])).active
    assert [cell.value for cell in sheet[2]] == [
        "Ada",
        3,
        1234.5,
        datetime(2026, 7, 1, 20, 0),  # noqa: DTZ001 (a spreadsheet knows no zones)
        datetime(2026, 7, 1),  # noqa: DTZ001
        None,
        "yes",
    ]


def test_rows_beyond_the_limit_of_a_sheet_go_to_the_next():
    file = BytesIO()
    write_xlsx([HEADINGS, *(["x", number] for number in range(5))], file, rows_of_a_sheet=3)
    sheets = read_xlsx(file.getvalue()).worksheets
    assert [[row[1].value for row in sheet.rows] for sheet in sheets] == [
        ["amount", 0, 1],
        ["amount", 2, 3],
        ["amount", 4],
    ]


@pytest.mark.parametrize("rows", [[], [HEADINGS]])
def test_an_empty_sheet_can_be_opened(rows):
    assert len(read_xlsx(to_xlsx(rows)).worksheets) == 1
    assert read_csv(to_csv(rows)) == rows


def test_too_long_text_is_truncated():
    sheet = read_xlsx(to_xlsx([["text"], ["x" * 40_000]])).active
    assert len(sheet["A2"].value) == 32_767


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_download_has_a_file_name_and_is_not_cached(file_format):
    now = datetime(2026, 7, 1, 20, 0, tzinfo=UTC)
    response = spreadsheet([["at"], [now]], name="orders", file_format=file_format)
    assert response["Content-Disposition"] == f'attachment; filename="orders.{file_format}"'
    assert response["Cache-Control"] == "private, no-store"
    content = response.getvalue()
    assert content[:3] == (b"\xef\xbb\xbf" if file_format == "csv" else b"PK\x03")
