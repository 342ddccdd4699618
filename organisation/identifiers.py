"""Check the identifiers of businesses: VAT numbers, IBANs, country codes. Nothing is looked up."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import get_cc_module, iban

# The codes before VAT numbers that are not those of the country: Greece, Northern Ireland.
VAT_COUNTRIES = {"EL": "gr", "XI": "gb"}


def check_country(value: str) -> None:
    """Raise ValidationError unless `value` is two letters."""
    if not (len(value) == 2 and value.isascii() and value.isalpha()):
        raise ValidationError(_("Enter a two-letter country code, such as DE."))


def compact_number(value: str) -> str:
    """Return a VAT number or IBAN in capitals, without the separators that people write."""
    return "".join(c for c in value.upper() if c.isalnum())


def check_vat_id(value: str) -> None:
    """Raise ValidationError unless the form and check digits are those of a VAT number.

    The number begins with its country's code. Whether it has been assigned is not checked.
    """
    number = compact_number(value)
    code = number[:2]
    if not code.isalpha():
        raise ValidationError(_("Begin the VAT number with its country code, such as DE136695976."))
    module = get_cc_module(VAT_COUNTRIES.get(code, code.lower()), "vat")
    if module is None:
        raise ValidationError(_("%s is not a country whose VAT numbers are known.") % code)
    if not (module.is_valid(number) or module.is_valid(number[2:])):
        raise ValidationError(
            _("This is not a valid VAT number. Please check it for typing errors.")
        )


def check_iban(value: str) -> None:
    """Raise ValidationError unless the length and check digits are those of an IBAN."""
    if not iban.is_valid(value):
        raise ValidationError(_("This is not a valid IBAN. Please check it for typing errors."))
