"""The columns of catalogue files: parsers that take a JSON value or the text of a CSV cell.

They raise ValueError with the reason, which the importer puts after the position in the file.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _

from core.datetimes import FIRST_YEAR, LAST_YEAR, year_needed

from .catalogue_tax import FEES, TAX, read_rate, read_tax
from .cell_lists import read_list, read_rows

MAX_TEXT = 20_000
MAX_ITEMS = 500  # In a list, such as a performance's prices.


def _text(value):
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(_("must be text"))
    return value.strip()


def _number(value):
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool) or abs(number := int(str(value))) > 2**31 - 1:
            raise ValueError
    except ValueError:
        raise ValueError(_("must be a whole number")) from None
    return number


# As spreadsheets write booleans in several languages.
YES = {"true", "yes", "1", "wahr", "ja", "vrai", "oui", "vero", "sì", "verdadero", "sí", "waar"}
NO = {"", "false", "no", "0", "falsch", "nein", "faux", "non", "falso", "onwaar", "nee"}


def _boolean(value):
    text = str(value).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise ValueError(_("must be true or false, not “%s”") % text[:40])


def _datetime(value):
    if value is None or value == "":
        return None
    try:
        parsed = parse_datetime(_text(value))
    except ValueError:
        parsed = None
    if not isinstance(parsed, datetime) or is_naive(parsed):
        raise ValueError(_("must be a time with its UTC offset, such as 2026-12-31T20:00+01:00"))
    if not FIRST_YEAR <= parsed.year <= LAST_YEAR:
        raise ValueError(year_needed())
    return parsed


def _list(value, read_cell):
    """Return a JSON list, or the list in a cell."""
    if isinstance(value, str):
        try:
            value = read_cell(value)
        except ValueError:
            raise ValueError(_("a quotation mark is missing")) from None
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise ValueError(_("must be a list"))
    return value


def _names(value, longest=40):
    names = [_text(part) for part in _list(value, read_list)]
    if not all(0 < len(name) <= longest for name in names):
        raise ValueError(_("must be names of at most %d characters") % longest)
    return names


def _artists(value):
    return _names(value, longest=120)


def _rows(value, columns):
    """Yield the objects of a JSON list, or of a cell such as “Regular=45.00=3.00; Student=…”."""
    for part in _list(value, read_rows):
        if isinstance(part, list) and len(part) <= len(columns):
            part = dict(zip(columns, part, strict=False))
        if not isinstance(part, dict) or not part.keys() <= set(columns):
            raise ValueError(_("each item needs %s") % ", ".join(columns))
        yield part


def _prices(value):
    return [
        {
            "category": _text(row.get("category"))[:80],
            "price": _amount(row.get("price")),
            "fee": _amount(row.get("fee") or "0"),
            **read_tax(row),
        }
        for row in _rows(value, ["category", "price", "fee", *TAX])
    ]


def _channel_fees(value):
    return [
        {
            "channel": _text(row.get("channel")),
            "ticket_fee": _amount_or_none(row.get("ticket_fee")),
            "order_fee": _amount(row.get("order_fee") or "0"),
            "order_fee_tax_rate": read_rate(row.get("order_fee_tax_rate")),
        }
        for row in _rows(value, FEES)
    ]


def _amount(value):
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < 10_000_000 or amount != round(amount, 2):
        raise ValueError(_("must be an amount, such as 45.00"))
    return amount


def _amount_or_none(value):
    return None if value in (None, "") else _amount(value)


def _concessions(value):
    """Return rows; without `percent_off` and `amount`, the value is that of the list."""
    found = []
    for row in _rows(value, ["name", "percent_off", "proof", "amount", *TAX]):
        percent, name = _number(row.get("percent_off")), _text(row.get("name"))
        if not (percent is None or 1 <= percent <= 100) or not 0 < len(name) <= 60:
            raise ValueError(_("each concession needs a name; a percentage must be from 1 to 100"))
        amount = _amount_or_none(row.get("amount"))
        if percent is not None and amount is not None:
            raise ValueError(_("a concession has a percentage or an amount, not both"))
        proof = _text(row.get("proof"))[:120]
        values = {"name": name, "percent_off": percent, "proof": proof, "amount": amount}
        found.append(values | read_tax(row))
    return found


VENUE = {
    **dict.fromkeys(
        ["slug", "name", "address", "postcode", "city", "country", "time_zone", "description"],
        _text,
    ),
    "tax_rate": read_rate,
    "fee_tax_rate": read_rate,
    "tax_exemption": _text,
    "channel_fees": _channel_fees,
}
SHOW = {
    "slug": _text,
    "title": _text,
    "artists": _artists,
    "tags": _names,
    "description": _text,
    "is_published": _boolean,
    "is_unlisted": _boolean,
    "duration": _number,
    "age_rating": _number,
}
PERFORMANCE = {
    "show": _text,
    "venue": _text,
    "plan": _text,
    "starts_at": _datetime,
    "doors_at": _datetime,
    "on_sale_from": _datetime,
    "on_sale_until": _datetime,
    "currency": _text,
    "customer_limit": _number,
    "cancel_until_hours": _number,
    "keep_fee": _boolean,
    "keep_order_fee": _boolean,
    "transfer_days": _number,
    "allow_single_gaps": _boolean,
    "accessible_released": _boolean,
    "prices": _prices,
    "concessions": _concessions,
    "channel_fees": _channel_fees,
}
COLUMNS = {"venues": VENUE, "shows": SHOW, "performances": PERFORMANCE}
