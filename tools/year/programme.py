"""What is sold in the simulated year: performances of several promoters, with tax and fees."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role, appoint
from bookings.staff_operations.put_on_sale import put_on_sale
from organisation.models import Promoter, Seller
from shows.models import Performance, PriceCategory, Show
from venues.generate import assemble, stage, straight
from venues.models import Section, Venue
from venues.plans import add_plan_version

# (price, fee, tax on the ticket, tax on the fee)
PRICES = {
    "Stalls": ("45.00", "4.50", "7", "19"),
    "Circle": ("32.50", "3.00", "7", "19"),
    "Benches": ("18.90", "0.00", "19", "19"),
}
ROW = 50


@dataclass
class Seats:
    """A performance on sale, with its seats in order, of which the first `sold` are gone."""

    performance: Performance
    seats: list[int]
    sold: int = 0

    def take(self, number: int) -> list[int]:
        """Return the next seats."""
        self.sold += number
        return self.seats[self.sold - number : self.sold]

    @property
    def left(self) -> int:
        return len(self.seats) - self.sold


def make_programme(number: int, *, rows: int) -> list[Seats]:
    """Put so many performances on sale, each with three sections of `rows` rows; two promoters."""
    plan = add_plan_version(venue=_venue(), name="Hall", draft=_draft(rows))
    shows = [_show(f"Promoter {n + 1}") for n in range(2)]
    return [_open(plan, shows[n % 2], days=40 + n) for n in range(number)]


def make_cashier() -> User:
    """Return a member of staff who takes money."""
    user = User.objects.create_user(f"cashier-{secrets.token_hex(4)}@example.org", "sesame")
    appoint(user=user, role=Role.MANAGER)
    return user


def _venue() -> Venue:
    return Venue.objects.create(
        name="Old Gasworks",
        slug=secrets.token_hex(4),
        address="Am Kanal 1",
        city="Berlin",
        country="DE",
        time_zone="Europe/Berlin",
    )


def _draft(rows: int):
    sections = [
        straight(name, category=name, rows=rows, seats=[ROW], at=(0, 700 * n))
        for n, name in enumerate(PRICES)
    ]
    return assemble(
        "Hall",
        decoration=stage(width=400, depth=100),
        categories=dict.fromkeys(PRICES, "#0072b2"),
        sections=sections,
    )


def _show(promoter: str) -> Show:
    seller = Seller.objects.filter(document_prefix="YEAR").first() or Seller.objects.create(
        name="Konzerthaus GmbH",
        address="Uferstraße 12",
        postcode="10115",
        city="Berlin",
        country="DE",
        tax_number="30/123/45678",
        document_prefix="YEAR",
        iban="DE02120300000000202051",
    )
    return Show.objects.create(
        title=f"Show of {promoter}",
        slug=secrets.token_hex(4),
        seller=seller,
        promoter=Promoter.objects.create(name=f"{promoter} {secrets.token_hex(4)}"),
    )


def _open(plan, show: Show, *, days: int) -> Seats:
    now = timezone.now()
    performance = Performance.objects.create(
        show=show,
        venue=plan.venue,
        plan=plan,
        starts_at=now + timedelta(days=days),
        on_sale_from=now - timedelta(hours=1),
    )
    for ordinal, (name, (price, fee, tax, fee_tax)) in enumerate(PRICES.items()):
        PriceCategory.objects.create(
            performance=performance,
            name=name,
            price=Decimal(price),
            fee=Decimal(fee),
            tax_rate=Decimal(tax),
            fee_tax_rate=Decimal(fee_tax),
            ordinal=ordinal,
        )
    performance = put_on_sale(performance=performance, actor="year")
    sections = Section.objects.filter(plan=plan).order_by("ordinal")
    # One seat of each section in turn, so that every category is sold all year.
    rows = [list(section.seats.order_by("ordinal").values_list("pk", flat=True))
            for section in sections]  # fmt: skip
    return Seats(performance, [seat for group in zip(*rows, strict=True) for seat in group])
