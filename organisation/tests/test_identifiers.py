import pytest
from django.core.exceptions import ValidationError

from organisation.identifiers import check_iban, check_vat_id


@pytest.mark.parametrize(
    "number",
    [
        "DE136695976",
        "de 136 695 976",
        "ATU13585627",
        "FR61954506077",
        "NL004495445B01",
        "GB980780684",
        "XI980780684",
        "EL094259216",
        "CHE-107.787.577 MWST",
        "NO995525828MVA",
    ],
)
def test_it_accepts_vat_numbers(number):
    check_vat_id(number)


@pytest.mark.parametrize("number", ["DE136695975", "DE1366", "136695976", "ZZ123456789", "", "D"])
def test_it_refuses_what_is_no_vat_number(number):
    with pytest.raises(ValidationError):
        check_vat_id(number)


def test_it_accepts_an_iban():
    check_iban("DE89 3704 0044 0532 0130 00")


@pytest.mark.parametrize("number", ["DE88370400440532013000", "DE89", "37040044"])
def test_it_refuses_what_is_no_iban(number):
    with pytest.raises(ValidationError):
        check_iban(number)
