"""Describe what has changed in a basket since the customer last saw it."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.money import money
from core.primary_keys import parse_key
from shows.terms import terms_of
from venues.drawing import drawing_of

from ..models import Hold, Place
from .quotes import Quote, place_label

FEE, TAX = "fee", "tax"


def serialize(quote: Quote) -> str:
    """Return a summary of the shown prices, for `changes_since`. It is not signed.

    "12:45.00 13:45.00 fee:1.50 tax:6.83": the price of each place, then the fee per order and the
    tax in all, unless they are zero.
    """
    shown = [f"{line.place}:{line.price:.2f}" for line in quote.lines]
    amounts = {FEE: quote.order_fee, TAX: _tax_of(quote)}
    return " ".join([*shown, *(f"{key}:{value:.2f}" for key, value in amounts.items() if value)])


def changes_since(shown: str, quote: Quote, hold: Hold) -> list[str]:
    """Return a sentence for each difference between a quote that was `shown` and the current one.

    Invalid parts of `shown` are ignored: it comes from the browser, and only the signed token of
    the quote decides.
    """
    parsed = dict(_parse(shown))
    before = {key: amount for key, amount in parsed.items() if isinstance(key, int)}
    now = {line.place: line for line in quote.lines}
    if not before:
        return []
    left = _labels(hold, [place for place in before if place not in now])
    changes = [
        *(_("%(place)s is no longer in your basket.") % {"place": label} for label in left),
        *(
            _("%(place)s is new in your basket.") % {"place": line.label}
            for place, line in now.items()
            if place not in before
        ),
        *(
            _("%(place)s now costs %(price)s instead of %(before)s.")
            % {
                "place": line.label,
                "price": money(line.price, quote.currency),
                "before": money(before[place], quote.currency),
            }
            for place, line in now.items()
            if place in before and before[place] != line.price
        ),
    ]
    fee_before = parsed.get(FEE, Decimal(0))
    if fee_before != quote.order_fee:
        changes.append(
            _("The order fee is now %(fee)s instead of %(before)s.")
            % {
                "fee": money(quote.order_fee, quote.currency),
                "before": money(fee_before, quote.currency),
            }
        )
    if not changes and parsed.get(TAX, Decimal(0)) != _tax_of(quote):
        changes.append(_("The VAT included in the price has changed. The price is the same."))
    return changes


def _tax_of(quote: Quote) -> Decimal:
    return sum((line.tax for line in quote.tax_lines), Decimal(0))


def _parse(shown: str) -> Iterator[tuple[int | str, Decimal]]:
    for item in shown.split()[:100]:
        place, _colon, price = item.partition(":")
        try:
            amount = Decimal(price)
        except InvalidOperation:
            continue
        if not amount.is_finite():
            continue
        if place in (FEE, TAX):
            yield place, amount
        elif (key := parse_key(place)) is not None:
            yield key, amount


def _labels(hold: Hold, place_ids: list[int]) -> list[str]:
    if not place_ids:
        return []
    drawing = drawing_of(terms_of(hold.performance_id).plan_id)
    places = Place.objects.filter(pk__in=place_ids, performance_id=hold.performance_id)
    return [place_label(place, drawing) for place in places.order_by("pk")]
