"""What has changed in a basket since the customer last saw it, in sentences."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.money import money
from shows.terms import terms_of
from venues.drawing import drawing_of

from ..models import Place
from .quotes import place_label


def written(quote):
    """Write down what a page shows, for `changes`: "12:45.00 13:45.00". A hint, not a proof."""
    return " ".join(f"{line.place}:{line.price:.2f}" for line in quote.lines)


def changes(saw, quote, hold):
    """Return a sentence for each difference between what was `written` and the quote of the hold.

    What cannot be read is passed over: it comes from the browser, and the signed token decides.
    """
    before = dict(_read(saw))
    now = {line.place: line for line in quote.lines}
    if not before:
        return []
    left = _labels(hold, [place for place in before if place not in now])
    return [
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


def _read(saw):
    for item in saw.split()[:100]:
        place, _colon, price = item.partition(":")
        try:
            amount = Decimal(price)
        except InvalidOperation:
            continue
        if place.isascii() and place.isdigit() and len(place) < 19 and amount.is_finite():
            yield int(place), amount


def _labels(hold, place_ids):
    if not place_ids:
        return []
    drawing = drawing_of(terms_of(hold.performance_id).plan_id)
    places = Place.objects.filter(pk__in=place_ids, performance_id=hold.performance_id)
    return [place_label(place, drawing) for place in places.order_by("pk")]
