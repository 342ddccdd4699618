"""Reading bank statements: what banks write, and what nobody should."""

from decimal import Decimal

import pytest

from finance.bank.camt import read_camt
from finance.bank.importing import import_statement
from finance.bank.mt940 import read_mt940
from finance.bank.statement_lines import fingerprints
from finance.exceptions import InvalidStatement
from finance.models import BankStatement, BankTransfer

from .statement_files import CAMT, DAY, camt_details, camt_entry, camt_file, mt940_file


@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_it_reads_camt_of_any_version(version):
    content = camt_file(
        camt_entry(text="Tickets ABCD2345", reference="R1"), namespace=f"{CAMT[:-2]}{version}"
    )
    [line] = read_camt(content)
    assert (line.amount, line.currency, line.booked_on) == (Decimal(90), "EUR", DAY)
    assert (line.payer, line.payer_iban) == ("Alice", "DE89370400440532013000")
    assert (line.text, line.bank_reference) == ("Tickets ABCD2345", "R1")
    assert line.account == "DE02120300000000202051"


def test_it_tells_what_went_out_and_passes_over_what_is_not_booked():
    content = camt_file(camt_entry(kind="DBIT"), camt_entry(status="PDNG"), camt_entry("7.00"))
    lines = [(line.amount, line.is_debit) for line in read_camt(content)]
    assert lines == [(Decimal(90), True), (Decimal(7), False)]


def test_an_entry_of_several_transfers_is_a_line_for_each():
    parts = [camt_details(text="one", amount="30.00"), camt_details(text="two", amount="60.00")]
    lines = read_camt(camt_file(camt_entry(more="".join(parts), reference="R1")))
    assert [(line.amount, line.text) for line in lines] == [(30, "one"), (60, "two")]
    assert len(set(fingerprints(lines))) == 2


def test_parts_that_do_not_add_up_stay_one_line():
    parts = [camt_details(text="one", amount="30.00"), camt_details(text="two", amount="61.00")]
    lines = read_camt(camt_file(camt_entry(more="".join(parts))))
    assert [line.amount for line in lines] == [90]


def test_it_reads_mt940_with_the_fields_of_german_banks():
    content = mt940_file(("90,00", "Tickets Nachtmusik ABCD2345", "REF1"))
    [line] = read_mt940(content)
    assert (line.amount, line.currency, line.booked_on) == (Decimal(90), "EUR", DAY)
    assert (line.payer, line.payer_iban) == ("Alice Archer", "DE89370400440532013000")
    assert "Tickets Nachtmusik ABCD2345" in line.text and line.bank_reference == "REF1"


def test_the_same_line_twice_in_a_file_is_two_transfers_and_again_in_another_file():
    lines = read_camt(camt_file(camt_entry(text="x"), camt_entry(text="x")))
    first, second = fingerprints(lines)
    assert first != second
    assert fingerprints(lines) == [first, second]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"<Document/>",
        b"<Document>",
        b"date;amount\n2026-11-28;90,00\n",
        camt_file(camt_entry(text="&b;"), prolog=BOMB),
        camt_file(camt_entry("90.001")),
        camt_file(camt_entry("NaN")),
        camt_file(camt_entry("99999999999999.00")),
        camt_file(camt_entry()).replace(b"EUR", b"XXY"),
        camt_file(camt_entry()).replace(b"2026-11-28", b"yesterday"),
        b":20:X\r\n:60F:nonsense\r\n:61:nonsense\r\n",
        mt940_file(("90,00", "x", "y")).replace(b"261128", b"269999"),
        b"<" + b" " * 5_000_001,
    ],
)
def test_it_refuses_other_files_and_stores_nothing(content):
    with pytest.raises(InvalidStatement):
        import_statement(file_name="x.xml", content=content, imported_by="staff:1")
    assert not BankStatement.objects.exists() and not BankTransfer.objects.exists()
