"""Read what a request to Mollie's API asks for."""

from decimal import Decimal, InvalidOperation
from typing import Any

from .. import currencies
from .errors import invalid

LOCALES = """
    ca_ES cs_CZ da_DK de_AT de_CH de_DE de_LU en_BE en_GB en_NL en_US es_ES fi_FI fr_BE fr_FR fr_LU
    hu_HU is_IS it_IT lt_LT lv_LV nb_NO nl_BE nl_NL pl_PL pt_PT sk_SK sv_SE
""".split()


def read_amount(body: dict[str, Any], *, required: bool = True) -> tuple[int, str] | None:
    """Return the amount in the smallest unit, and its currency. Raises MollieError."""
    asked = body.get("amount")
    if asked is None and not required:
        return None
    if not isinstance(asked, dict) or "value" not in asked or "currency" not in asked:
        raise invalid("amount", "The 'amount' field is missing")
    currency, value = asked["currency"], asked["value"]
    if currency not in currencies.ALL:
        raise invalid("amount.currency", "The currency is not supported")
    if not isinstance(value, str):
        raise invalid("amount.value", "The amount value must be a string")
    try:
        written = f"{Decimal(value):f}"
        units = currencies.as_units(value, currency)
    except (InvalidOperation, ValueError):
        raise invalid("amount.value", "The amount contains an invalid value") from None
    _whole, _point, decimals = written.partition(".")
    if len(decimals) != currencies.decimals(currency):
        raise invalid(
            "amount.value",
            f"The amount must have {currencies.decimals(currency)} decimals in {currency}",
        )
    if units <= 0:
        raise invalid("amount.value", "The amount is lower than the minimum")
    return units, currency


def read_url(body: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = body.get(name) or ""
    if required and not value:
        raise invalid(name, f"The '{name}' field is missing")
    if not isinstance(value, str) or (value and not value.startswith(("http://", "https://"))):
        raise invalid(name, f"The {name} is invalid")
    return value


def read_description(body: dict[str, Any], *, required: bool) -> str:
    value = body.get("description") or ""
    if not isinstance(value, str) or len(value) > 255 or (required and not value):
        raise invalid("description", "The description is invalid")
    return value


def read_locale(body: dict[str, Any]) -> str:
    value = body.get("locale") or ""
    if value and value not in LOCALES:
        raise invalid("locale", "The locale is invalid")
    return value


def read_methods(body: dict[str, Any], known: dict[str, str]) -> list[str]:
    """Return the methods that the customer may use, or an empty list for all."""
    asked = body.get("method") or []
    names = [asked] if isinstance(asked, str) else asked
    if not isinstance(names, list) or any(name not in known for name in names):
        raise invalid("method", "The payment method is invalid")
    return [known[name] for name in names]


def refuse_unknown(body: dict[str, Any], known: list[str]) -> None:
    for name in body:
        if name not in known:
            raise invalid(name, f'Non-existent body parameter "{name}" for this API call')
