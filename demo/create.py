"""Create the demo data: always the same, with dates relative to today."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from bookings.staff_operations.put_on_sale import put_on_sale
from core.slugs import free_slug_for
from finance.ledger_seals import seal_ledger
from organisation.models import Channel, Seller
from shows.models import (
    Artist,
    Concession,
    ConcessionType,
    MediaLink,
    Performance,
    PriceCategory,
    Question,
    Show,
    Tag,
)
from shows.names import get_or_create_by_name
from shows.search import index_shows
from venues.models import Venue, VenueFees
from venues.plans import add_plan_version

from . import seating_plans
from .accounts import CUSTOMERS, create_accounts, follow_and_subscribe
from .artists_and_media import ARTISTS, MEDIA
from .organisation import fill_organisation, write_texts
from .picture_files import add_pictures
from .reviews import write_reviews
from .sales import sell
from .shows import (
    RESIDENCY,
    RESIDENCY_DEMANDS,
    RESIDENCY_STARTS,
    RESIDENCY_VENUE,
    SHOWS,
)
from .special_dates import (
    Calendar,
    cancel,
    choose_special_dates,
    move_to_later,
    open_queue_before_sale,
    start_queue,
)
from .translated_texts import write_translations
from .venues import CONCESSIONS, SELLERS, VENUES

SEED = 1894
FIRST_DAY, LAST_DAY = -66, 182  # The range of performances, in days from today.


def create_demo(*, log: Callable[[str], None], today: date | None = None) -> None:
    """Fill an empty database. `log` is called with a line for each step."""
    today = today or timezone.localdate()
    calendar = Calendar()
    log(f"Building {len(VENUES)} venues")
    with transaction.atomic():
        fill_organisation()
        write_texts()
        sellers = {name: Seller.objects.create(**fields) for name, fields in SELLERS.items()}
        for ordinal, (name, fields) in enumerate(CONCESSIONS.items()):
            ConcessionType.objects.create(name=name, ordinal=ordinal, **fields)
        Question.objects.create(kind=Question.Kind.ACCESS)
        venues = {demo_venue.slug: _create_venue(demo_venue) for demo_venue in VENUES}
        customers = create_accounts()
    log(f"Announcing {len(SHOWS)} shows")
    with transaction.atomic():
        performances = _create_shows(venues, sellers, today, calendar)
        add_pictures()
        index_shows()
        write_translations()
    log(f"Putting {len(performances)} performances on sale")
    demands = _put_on_sale(performances)
    special = choose_special_dates([performance for performance, _ in performances], demands)
    demands[special.sold_out.pk] = 100
    log("Selling tickets")
    with transaction.atomic():
        sell(demands, user_ids=[user.pk for user in customers])
        write_reviews(SEED)
        _unpublish_last(performances)
        follow_and_subscribe(customers[: len(CUSTOMERS)])
    log("Cancelling and rescheduling")
    cancel(special.cancelled)
    move_to_later(special.rescheduled, calendar)
    log("Starting queues")
    start_queue(special.queued)
    _open_queue_for_arena()
    log("Sealing the transaction log")
    seal_ledger()


def _create_venue(demo_venue):
    tax_rate, fee_tax_rate, exemption = demo_venue.taxes
    venue = Venue.objects.create(
        slug=demo_venue.slug,
        name=demo_venue.name,
        address=demo_venue.address,
        postcode=demo_venue.postcode,
        city=demo_venue.city,
        country=demo_venue.country,
        time_zone=demo_venue.time_zone,
        description=demo_venue.description,
        tax_rate=tax_rate,
        fee_tax_rate=fee_tax_rate,
        tax_exemption=exemption,
        **demo_venue.visitors,
    )
    if fee := Decimal(demo_venue.order_fee):
        VenueFees.objects.create(venue=venue, channel=Channel.WEB, order_fee=fee)
    draft = getattr(seating_plans, demo_venue.plan)()
    return demo_venue, venue, add_plan_version(venue=venue, name=draft.name, draft=draft)


def _create_shows(venues, sellers, today, calendar):
    """Create every show and its performances; return (performance, demand) pairs."""
    draw, performances = random.Random(SEED), []
    # Lists show the latest first, so shows are created in this order.
    for index, demo_show in enumerate(SHOWS):
        demo_venue, venue, plan = venues[demo_show.venue]
        show = Show.objects.create(
            seller=sellers[demo_venue.seller],
            title=demo_show.title,
            slug=free_slug_for(Show(), demo_show.title),
            description=demo_show.description,
            duration=demo_show.duration,
            age_rating=demo_show.age_rating,
            created_at=timezone.now() - timedelta(days=3 * ((index * 7) % len(SHOWS)), hours=index),
        )
        show.artists.set(_named(Artist, demo_show.artists))
        show.tags.set(_named(Tag, demo_show.tags))
        first = FIRST_DAY + (LAST_DAY - FIRST_DAY) * ((index * 11) % len(SHOWS)) // len(SHOWS)
        for number in range(demo_show.performances):
            day = today + timedelta(days=min(LAST_DAY, first + number * draw.choice([1, 2, 7])))
            day = calendar.take_day(venue, day)
            performance = _create_performance(show, demo_venue, venue, plan, day, demo_show)
            performances.append((performance, demo_show.demand - 7 * (number % 4)))
    _describe_artists_and_media()
    return performances + _create_residency(venues, today, calendar)


def _describe_artists_and_media():
    for name, (text, website) in ARTISTS.items():
        Artist.objects.filter(name=name).update(description=text, website=website)
    MediaLink.objects.bulk_create(
        MediaLink(
            show=Show.objects.get(title=title), kind=kind, title=name, url=url, ordinal=ordinal
        )
        for title, links in MEDIA.items()
        for ordinal, (kind, name, url) in enumerate(links)
    )


def _create_residency(venues, today, calendar):
    """Add many dates to one of the shows, at another venue; return (performance, demand) pairs."""
    demo_show = next(one for one in SHOWS if one.title == RESIDENCY)
    show, performances = Show.objects.get(title=RESIDENCY), []
    demo_venue, venue, plan = venues[RESIDENCY_VENUE]
    for number, demand in enumerate(RESIDENCY_DEMANDS):
        week, night = divmod(number, 4)
        day = today + timedelta(days=RESIDENCY_STARTS + 7 * week + night)
        day = calendar.take_day(venue, day)
        performance = _create_performance(show, demo_venue, venue, plan, day, demo_show)
        performances.append((performance, demand))
    return performances


def _named(model, names):
    return [get_or_create_by_name(model, name) for name in names]


def _create_performance(show, demo_venue, venue, plan, day, demo_show):
    hour = 15 if "Family" in demo_show.tags and day.weekday() >= 5 else 20
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
        currency=demo_venue.currency,
        customer_limit=demo_venue.limit,
    )
    for ordinal, (name, (price, fee)) in enumerate(demo_venue.prices.items()):
        PriceCategory.objects.create(
            performance=performance,
            name=name,
            price=Decimal(price),
            fee=Decimal(fee),
            ordinal=ordinal,
        )
    kinds = {kind.name: kind for kind in ConcessionType.objects.all()}
    for ordinal, (name, percent) in enumerate(demo_venue.concessions):
        kind = kinds[name]
        concession = Concession(performance=performance, kind=kind, name=name, ordinal=ordinal)
        if percent != kind.value:
            concession.set_value(Decimal(percent))
        concession.save()
    return performance


def _put_on_sale(performances):
    """Put every performance on sale; return the per cent of each to sell."""
    now, demands = timezone.now(), {}
    for performance, demand in performances:
        put_on_sale(performance=performance, actor="system")
        if performance.on_sale_from < now:
            days_left = (performance.starts_at - now).days
            # Later performances have sold less so far. The arena is large, so it sells less too.
            share = 1.0 if days_left < 0 else max(0.25, 1 - days_left / 220)
            scale = 0.35 if performance.plan.name == "Arena" else 0.8
            nearly_sold_out = demand >= 86 and 0 < days_left < 70 and scale == 0.8
            demands[performance.pk] = 99 if nearly_sold_out else int(demand * share * scale)
    return demands


def _unpublish_last(performances):
    """Make the last performance a draft, so that staff see one."""
    last = max((p for p, _ in performances), key=lambda performance: performance.starts_at)
    Performance.objects.filter(pk=last.pk).update(status=Performance.Status.DRAFT)


def _open_queue_for_arena():
    """Add a waiting room to the next arena performance whose sale has not opened yet."""
    announced = Performance.objects.public().filter(on_sale_from__gt=timezone.now())
    arena = announced.filter(plan__name="Arena").order_by("on_sale_from", "pk").first()
    if arena:
        open_queue_before_sale(arena)
