"""Tax rates and fees by channel in catalogue files and in the API: read, written, serialised.

Tax of a row (a venue, a price category, a concession) is one unit: whoever sends one of its three
values sets all of them, whoever sends none leaves them as they are.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.money import amount_text, check_amount
from core.tax import rate_text
from organisation.models import Channel
from venues.models import Venue

from .catalogue_errors import InvalidCatalogueData
from .models import Performance

TAX = ("tax_rate", "fee_tax_rate", "tax_exemption")
FEES = ("channel", "ticket_fee", "order_fee", "order_fee_tax_rate")
LONGEST_REASON = 200


def read_rate(value: Any) -> Decimal | None:
    """Return a rate in per cent, or None for the more general one. Raises ValueError."""
    if value is None or value == "":
        return None
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= 100 or rate != round(rate, 3):
        raise ValueError(_("must be a rate in per cent, such as 7 or 5.5"))
    return rate


def read_tax(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the three values of a row that has one of them, else nothing. Raises ValueError."""
    if not any(name in row for name in TAX):
        return {}
    reason = row.get("tax_exemption") or ""
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise ValueError(_("the reason for tax exemption must be a short text"))
    return {
        "tax_rate": read_rate(row.get("tax_rate")),
        "fee_tax_rate": read_rate(row.get("fee_tax_rate")),
        "tax_exemption": reason.strip(),
    }


def tax_of(row: Any) -> dict[str, str]:
    """Return the tax that a venue, price category or concession sets, as text."""
    return {
        "tax_rate": _rate_or_nothing(row.tax_rate),
        "fee_tax_rate": _rate_or_nothing(row.fee_tax_rate),
        "tax_exemption": row.tax_exemption,
    }


def fees_in(row: Venue | Performance, currency: str) -> list[dict[str, str]]:
    """Return the fees by channel that a venue or performance sets, as text.

    Those of a venue are in no currency.
    """
    return [
        {
            "channel": fees.channel,
            "ticket_fee": "" if fees.ticket_fee is None else _amount(fees.ticket_fee, currency),
            "order_fee": _amount(fees.order_fee, currency),
            "order_fee_tax_rate": _rate_or_nothing(fees.order_fee_tax_rate),
        }
        for fees in row.channel_fees.all()
    ]


def tax_in(field: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tax values of a row to write. Raises `InvalidCatalogueData`."""
    values = {name: row[name] for name in TAX if name in row}
    if values.get("tax_exemption") and 0 not in (values["tax_rate"], values["fee_tax_rate"]):
        message = _("Set a rate to 0 as well, or leave the reason empty.")
        raise InvalidCatalogueData([(field, message)])
    return values


def write_channel_fees(
    row: Venue | Performance, rows: Sequence[Mapping[str, Any]], currency: str = ""
) -> None:
    """Replace the fees by channel of a venue or performance, in the caller's transaction.

    Raises `InvalidCatalogueData`.
    """
    wanted = {fees["channel"]: dict(fees) for fees in rows}
    if len(wanted) < len(rows):
        raise InvalidCatalogueData([("channel_fees", _("List each channel once."))])
    for channel, values in wanted.items():
        amounts = [values.get("ticket_fee"), values["order_fee"]]
        try:
            if channel not in Channel.values:
                raise ValidationError(_("There is no channel “%s”.") % channel)
            if channel in (Channel.WEB, Channel.API) and amounts[0] is not None:
                raise ValidationError(
                    _("On the website and in the API, set the booking fee of the price category.")
                )
            for amount in amounts:
                if currency and amount is not None:
                    check_amount(amount, currency)
        except ValidationError as error:
            raise InvalidCatalogueData([("channel_fees", str(error.message))]) from None
        row.channel_fees.update_or_create(channel=channel, defaults=values)
    row.channel_fees.exclude(channel__in=wanted).delete()


def _rate_or_nothing(rate: Decimal | None) -> str:
    return "" if rate is None else rate_text(rate)


def _amount(amount: Decimal, currency: str) -> str:
    return amount_text(amount, currency) if currency else f"{amount:.2f}"
