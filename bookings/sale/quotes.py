"""The price of a basket, line by line, and the token that proves what the customer saw."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from core.tax import TaxLine, TaxRates, amounts_of_ticket, rate_text, split_by_rate
from shows.terms import ConcessionTerm, Terms, terms_of
from venues.drawing import Drawing, drawing_of, standing_name

from ..exceptions import HoldLapsed
from ..models import Hold, Place
from .concession_rules import Buyer, refused_concessions
from .queries import held_places


@dataclass(frozen=True)
class Line:
    """One place and its price incl. fees. `fee` is the part of `price` that is the booking fee."""

    place: int
    label: str
    category: str
    price: Decimal
    fee: Decimal
    concession: str = ""
    concession_id: int | None = None
    seat: int | None = None
    colour: int = 0
    rates: TaxRates = TaxRates()
    # The chosen concession that does not apply, and why; the full price is charged.
    refused_id: int | None = None
    refusal: str = ""


# Fields that a stored quote does not need, or stores beside its lines.
NOT_STORED = ("rates", "refused_id", "refusal")


@dataclass(frozen=True)
class Quote:
    """The lines of a basket, in the order of the plan, in one currency."""

    hold_token: str
    currency: str
    lines: tuple[Line, ...]
    # The fee per order, beside the prices of the lines; zero if these are.
    order_fee: Decimal = Decimal(0)
    order_fee_rates: TaxRates = TaxRates()

    @property
    def total(self) -> Decimal:
        """The amount to pay: all prices and the fee per order."""
        return sum((line.price for line in self.lines), self.order_fee)

    @property
    def fee(self) -> Decimal:
        return sum((line.fee for line in self.lines), Decimal(0))

    @property
    def all_fees(self) -> Decimal:
        """All fees that the total includes: those of the tickets and the one per order."""
        return self.fee + self.order_fee

    @property
    def tax_lines(self) -> list[TaxLine]:
        """The tax that the total includes, by rate."""
        amounts = [
            amount
            for line in self.lines
            for amount in amounts_of_ticket(line.price, line.fee, line.rates)
        ]
        amounts += amounts_of_ticket(self.order_fee, self.order_fee, self.order_fee_rates)
        return split_by_rate(amounts, self.currency)

    @property
    def token(self) -> str:
        """Return a signature over places, prices and tax, which proves what the customer saw."""
        lines = "|".join(
            f"{line.place}:{line.price:.2f}:{line.fee:.2f}:{line.concession_id or ''}"
            f"{_signed_rates(line.rates)}"
            for line in self.lines
        )
        content = f"{self.hold_token}|{self.currency}|{lines}"
        if self.order_fee:
            content += f"|{self.order_fee:.2f}{_signed_rates(self.order_fee_rates)}"
        return salted_hmac("concert.quote", content).hexdigest()

    def matches(self, token: str | None) -> bool:
        """Return whether the token is of these places and prices."""
        return constant_time_compare(self.token, token or "")

    def to_json(self) -> list[dict[str, Any]]:
        """Return the lines as an order stores them, with amounts as text and without tax rates."""
        return [
            {
                name: f"{value:.2f}" if name in ("price", "fee") else value
                for name, value in asdict(line).items()
                if name not in NOT_STORED
            }
            for line in self.lines
        ]

    def rates_to_json(self) -> list[list[str]]:
        """Return the tax rates of each line as an order stores them, beside its lines.

        Apart from the lines, since the version before this one does not read lines with rates.
        """
        return [
            [rate_text(line.rates.ticket), rate_text(line.rates.fee), line.rates.exemption]
            for line in self.lines
        ]


def from_json(lines: Iterable[dict[str, Any]], rates: Sequence[Sequence[str]] = ()) -> list[Line]:
    """Return the `Line`s of an order's stored quote and tax rates. Without rates, they are zero."""
    return [
        Line(
            **{**line, "price": Decimal(line["price"]), "fee": Decimal(line["fee"])},
            rates=_rates_from_json(rates[index]) if index < len(rates) else TaxRates(),
        )
        for index, line in enumerate(lines)
    ]


def quote_hold(hold: Hold, user: User | None = None) -> Quote:
    """Quote the places that the hold has now. Raises `HoldLapsed` if there are none.

    `user` is the account that buys, by default the hold's: only members get members' prices.
    """
    return quote_places(hold, held_places(hold), terms_of(hold.performance_id), user=user)


def quote_places(
    hold: Hold,
    places: Iterable[Place],
    terms: Terms,
    *,
    user: User | None = None,
    now: datetime | None = None,
) -> Quote:
    """Quote these places of the hold on these terms. Raises `HoldLapsed` if there are none."""
    drawing, places = drawing_of(terms.plan_id), list(places)
    refused = _refused(hold, places, terms, user, now) if hold.concessions else {}
    lines = tuple(_line(hold, place, terms, drawing, refused.get(place.pk, "")) for place in places)
    if not lines:
        raise HoldLapsed
    if all(line.price == 0 for line in lines):
        return Quote(hold.token, terms.currency, lines)
    fee = terms.order_fee_in(hold.channel)
    rates = terms.order_fee_tax_in(hold.channel) if fee else TaxRates()
    return Quote(hold.token, terms.currency, lines, fee, rates)


def place_label(place: Place, drawing: Drawing) -> str:
    """Return the name of a place for people: "Stalls, row F, seat 12", or "Floor, standing"."""
    if place.section_id not in drawing.by_section_id:
        # Its plan has been corrected since, or its seat was removed by a correction.
        drawing = drawing_of(place.section.plan_id)
    if place.seat_id:
        return str(drawing.seats[place.seat_id].label)
    return standing_name(drawing.by_section_id[place.section_id].name)


def _refused(
    hold: Hold, places: list[Place], terms: Terms, user: User | None, now: datetime | None
) -> dict[int, str]:
    """Return the places whose chosen concession does not apply, with the reason."""
    chosen = {place.pk: _chosen(hold, place, terms) for place in places}
    return refused_concessions(
        {pk: term for pk, term in chosen.items() if term is not None},
        quantity=len(places),
        terms=terms,
        buyer=Buyer(lambda: user or (hold.user if hold.user_id else None)),
        now=now or getattr(hold, "now", None) or timezone.now(),
    )


def _chosen(hold: Hold, place: Place, terms: Terms) -> ConcessionTerm | None:
    # A concession that staff have removed meanwhile no longer applies.
    return terms.concessions.get(hold.concessions.get(str(place.pk)))


def _line(hold: Hold, place: Place, terms: Terms, drawing: Drawing, refusal: str) -> Line:
    category = terms.categories[place.price_category_id]
    chosen = _chosen(hold, place, terms)
    concession = None if refusal else chosen
    price, fee = terms.price_of(category.id, concession.id if concession else None, hold.channel)
    return Line(
        place=place.pk,
        label=place_label(place, drawing),
        category=category.name,
        price=price,
        fee=fee,
        concession=concession.name if concession else "",
        concession_id=concession.id if concession else None,
        seat=place.seat_id,
        colour=category.colour,
        rates=terms.tax_of(category.id, concession.id if concession else None),
        refused_id=chosen.id if chosen and refusal else None,
        refusal=refusal,
    )


def _signed_rates(rates: TaxRates) -> str:
    """Return the part of the signature for tax; empty if there is none, as before tax was known."""
    if rates == TaxRates():
        return ""
    return f":{rate_text(rates.ticket)}:{rate_text(rates.fee)}:{rates.exemption}"


def _rates_from_json(rates: Sequence[str]) -> TaxRates:
    ticket, fee, exemption = rates
    return TaxRates(Decimal(ticket), Decimal(fee), exemption)
