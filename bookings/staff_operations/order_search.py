"""Search orders by reference, name, address, seat, card or payment number."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Right, Upper
from django.utils import timezone
from django.utils.translation import override

from core.email_addresses import lookup_email
from core.name_search import name_matches
from payments.models import Payment
from shows.models import Performance
from venues.drawing import seat_name
from venues.models import Seat

from ..models import Order, Place, Ticket
from ..querysets import OrderQuerySet

# Number of last characters by which a reference, a payment or a card is found.
DIGITS = 4
WORDS_AT_MOST = 8
# Without a performance, seats are searched in upcoming and recent performances.
RECENT = timedelta(days=30)


def search_orders(
    text: str,
    orders: OrderQuerySet | None = None,
    *,
    performances: Iterable[Performance] | None = None,
    by_address: bool = True,
) -> OrderQuerySet:
    """Return those of `orders` that match the text.

    A full reference or address matches alone. Otherwise matches the last characters of a
    reference, a card or a provider's payment number; any part of name, address or ticket holder; a
    seat ("Stalls F 12", "F12") at one of `performances`, or recently. If there is no match, the
    text can be a seat or name with the show before or after it ("Nachtmusik F 12"). Every condition
    uses an index.

    Without `by_address`, addresses are not searched: staff who cannot see them cannot guess them.
    """
    orders = Order.objects.all() if orders is None else orders
    text = text.replace("\0", "").strip()
    is_address = by_address and "@" in text
    whole = {"email": lookup_email(text)} if is_address else {"reference": text.upper()}
    if orders.filter(**whole).exists():
        return orders.filter(**whole)
    found = orders.filter(
        Q(reference__in=_ending_in(text))
        | Q(pk__in=_of_person_or_seat(text, performances, by_address=by_address))
    )
    if found.exists():
        return found
    return orders.filter(pk__in=_of_show_and_rest(text, by_address=by_address))


def _ending_in(text):
    if len(text) < DIGITS or " " in text:
        return []
    end = text[-DIGITS:].upper()
    paid = Payment.objects.annotate(end=Upper(Right("provider_reference", DIGITS)))
    paid = paid.filter(end=end, provider_reference__iendswith=text).values("purpose")
    by_card = Payment.objects.exclude(card="").filter(card=text).values("purpose")
    referred = Order.objects.annotate(end=Right("reference", DIGITS))
    referred = referred.filter(end=end, reference__endswith=text.upper()).values("reference")
    # The purpose of a payment for a ticket change is "<reference>-1".
    found = referred.union(paid, by_card).values_list("reference", flat=True)
    return {reference.split("-")[0] for reference in found}


def _of_person_or_seat(text, performances=None, only=False, *, by_address):
    """Return orders by name, address, holder or seat; with `only`, of `performances` alone."""
    words = re.findall(r"[^\W_]+", text.casefold())[:WORDS_AT_MOST]
    if not words:
        return []
    by_customer = Order.objects.filter(name_matches(text, "name", "email"))
    if not by_address:  # Of the rows that the index finds, keep those that match by name.
        by_customer = by_customer.filter(name_matches(text, "name"))
    by_holder = Ticket.objects.exclude(holder="").filter(name_matches(text, "holder"))
    if only:
        by_customer = by_customer.filter(performance__in=performances)
        by_holder = by_holder.filter(performance__in=performances)
    return by_customer.values("pk").union(
        by_holder.values("order"), _of_seat(words, performances).values("order")
    )


def _of_show_and_rest(text, *, by_address):
    """Return ids of orders by a show, named first or last, and the rest of the text."""
    words = text.split()[:WORDS_AT_MOST]
    for cut in range(1, len(words)):
        for show, rest in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            performances = _recent()
            for word in show:
                performances = performances.filter(name_matches(word, "show__title"))
            performances = list(performances)
            if not performances:
                continue
            rest = " ".join(rest)
            found = list(_of_person_or_seat(rest, performances, only=True, by_address=by_address))
            if found:
                return [row["pk"] for row in found]
    return []


@cache
def _filler_words():
    """Return the words between the parts of a seat, such as "row", in the languages of the site."""
    words = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            words |= set(re.findall(r"[^\W\d]+", seat_name("", "0", "0").lower()))
    return words


def _of_seat(words, performances):
    """Return tickets of a seat, named by optional section, row and number."""
    parts = [part for word in words for part in re.findall(r"\d+|\D+", word)]
    parts = [part for part in parts if part not in _filler_words()]
    if len(parts) < 2:
        return Ticket.objects.none()
    *section, row, number = parts
    performances = list(_recent() if performances is None else performances)
    plans = {performance.plan_id for performance in performances}
    seats = Seat.objects.filter(plan__in=plans, row__iexact=row, number__iexact=number)
    for word in section:
        seats = seats.filter(name_matches(word, "section__name"))
    places = Place.objects.filter(performance__in=performances, seat__in=_ids(seats))
    return Ticket.objects.filter(performance__in=performances, place__in=_ids(places))


def _recent():
    return Performance.objects.filter(starts_at__gt=timezone.now() - RECENT)


def _ids(rows):
    return list(rows.values_list("pk", flat=True))
