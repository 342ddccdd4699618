"""Making the demo world: the same world each time, dated from today."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from bookings.staff_operations.put_on_sale import put_on_sale
from core.slugs import free_slug_for
from demo.people import ask_for_letters
from demo.special_dates import Calendar
from organisation.models import Channel, Seller
from shows.models import Artist, Concession, Performance, PriceCategory, Show, Tag
from shows.name_keys import get_or_create_by_name
from shows.search import index_shows
from venues.models import Venue, VenueFees
from venues.plans import add_plan_version

from . import halls
from .houses import HOUSES, SELLERS
from .people import CUSTOMERS, make_people
from .picture_files import add_pictures
from .programme import SHOWS
from .reviews import write_reviews
from .sales import sell
from .special_dates import (
    cancel,
    choose_special_dates,
    gather_before_sale,
    move_to_later,
    start_queue,
)

SEED = 1894
FIRST_DAY, LAST_DAY = -66, 182  # Days from today between which performances are spread.


def make_world(*, say: Callable[[str], None], today: date | None = None) -> None:
    """Fill an empty database. `say` is called with a line for each step."""
    today = today or timezone.localdate()
    calendar = Calendar()
    say(f"Building {len(HOUSES)} venues")
    with transaction.atomic():
        sellers = {name: Seller.objects.create(**facts) for name, facts in SELLERS.items()}
        houses = {house.slug: _make_house(house) for house in HOUSES}
        customers = make_people()
    say(f"Announcing {len(SHOWS)} shows")
    with transaction.atomic():
        performances = _make_shows(houses, sellers, today, calendar)
        add_pictures()
        index_shows()
    say(f"Putting {len(performances)} performances on sale")
    demands = _open(performances)
    special = choose_special_dates([performance for performance, _ in performances], demands)
    demands[special.sold_out.pk] = 100
    say("Selling tickets")
    with transaction.atomic():
        sell(demands, user_ids=[user.pk for user in customers])
        write_reviews(SEED)
        _keep_a_draft(performances)
        ask_for_letters(customers[: len(CUSTOMERS)])
    say("Cancelling and rescheduling")
    cancel(special.cancelled)
    move_to_later(special.rescheduled, calendar)
    say("Starting queues")
    start_queue(special.queued)
    _expect_a_rush()


def _make_house(house):
    tax_rate, fee_tax_rate, reason = house.taxes
    venue = Venue.objects.create(
        slug=house.slug,
        name=house.name,
        address=house.address,
        postcode=house.postcode,
        city=house.city,
        country=house.country,
        time_zone=house.time_zone,
        description=house.description,
        tax_rate=tax_rate,
        fee_tax_rate=fee_tax_rate,
        tax_exemption=reason,
    )
    if fee := Decimal(house.order_fee):
        VenueFees.objects.create(venue=venue, channel=Channel.WEB, order_fee=fee)
    draft = getattr(halls, house.hall)()
    return house, venue, add_plan_version(venue=venue, name=draft.name, draft=draft)


def _make_shows(houses, sellers, today, calendar):
    """Make every show and its performances; return (performance, demand) pairs."""
    draw, performances = random.Random(SEED), []
    # The latest added come first in the list, so shows are added in the order of the programme.
    for age, programme in enumerate(SHOWS):
        house, venue, plan = houses[programme.house]
        show = Show.objects.create(
            seller=sellers[house.seller],
            title=programme.title,
            slug=free_slug_for(Show(), programme.title),
            description=programme.text,
            duration=programme.minutes,
            age_rating=programme.age,
            created_at=timezone.now() - timedelta(days=3 * ((age * 7) % len(SHOWS)), hours=age),
        )
        show.artists.set(_named(Artist, programme.artists))
        show.tags.set(_named(Tag, programme.tags))
        first = FIRST_DAY + (LAST_DAY - FIRST_DAY) * ((age * 11) % len(SHOWS)) // len(SHOWS)
        for night in range(programme.nights):
            day = today + timedelta(days=min(LAST_DAY, first + night * draw.choice([1, 2, 7])))
            day = calendar.take_day(venue, day)
            performance = _make_performance(show, house, venue, plan, day, programme)
            performances.append((performance, programme.demand - 7 * (night % 4)))
    return performances


def _named(model, names):
    return [get_or_create_by_name(model, name) for name in names]


def _make_performance(show, house, venue, plan, day, programme):
    hour = 15 if "Family" in programme.tags and day.weekday() >= 5 else 20
    starts_at = datetime.combine(day, time(hour), tzinfo=venue.zone)
    on_sale_from = datetime.combine(day - timedelta(days=120), time(10), tzinfo=venue.zone)
    now = timezone.now()
    performance = Performance.objects.create(
        show=show,
        venue=venue,
        plan=plan,
        starts_at=starts_at,
        doors_at=starts_at - timedelta(hours=1),
        on_sale_from=min(on_sale_from, now - timedelta(days=5))
        if starts_at < now + timedelta(days=120)
        else on_sale_from,
        currency=house.currency,
        customer_limit=house.limit,
    )
    for ordinal, (name, (price, fee)) in enumerate(house.prices.items()):
        PriceCategory.objects.create(
            performance=performance,
            name=name,
            price=Decimal(price),
            fee=Decimal(fee),
            ordinal=ordinal,
        )
    for ordinal, (name, percent, proof) in enumerate(house.concessions):
        Concession.objects.create(
            performance=performance, name=name, percent_off=percent, proof=proof, ordinal=ordinal
        )
    return performance


def _open(performances):
    """Make the places of every performance; return how many per cent of each to sell."""
    now, demands = timezone.now(), {}
    for performance, demand in performances:
        put_on_sale(performance=performance, actor="system")
        if performance.on_sale_from < now:
            days_left = (performance.starts_at - now).days
            # What is far away has sold less so far; the arena sells by the thousand, so less too.
            reach = 1.0 if days_left < 0 else max(0.25, 1 - days_left / 220)
            scale = 0.35 if performance.plan.name == "Arena" else 0.8
            hot = demand >= 86 and 0 < days_left < 70 and scale == 0.8
            demands[performance.pk] = 99 if hot else int(demand * reach * scale)
    return demands


def _keep_a_draft(performances):
    """Have one performance still in preparation, so that staff see a draft."""
    last = max((p for p, _ in performances), key=lambda performance: performance.starts_at)
    Performance.objects.filter(pk=last.pk).update(status=Performance.Status.DRAFT)


def _expect_a_rush():
    """Have people gather for the next arena night whose sale is still to open."""
    announced = Performance.objects.public().filter(on_sale_from__gt=timezone.now())
    arena = announced.filter(plan__name="Arena").order_by("on_sale_from", "pk").first()
    if arena:
        gather_before_sale(arena)
