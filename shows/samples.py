"""Sample data for previews of e-mails; it is rolled back and never appears on a page."""

import secrets
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from emails.quiet_hours import recipient_zone
from emails.sample_registry import Sample, make_recipient, sample_for
from organisation.current import current_organisation
from venues.models import Seat, SeatingPlan, Section, Venue

from .daily_digest import VISIT
from .follows import ON_SALE
from .models import Performance, PriceCategory, Show

SEATS = 12


@sample_for(ON_SALE)
def on_sale() -> Sample:
    user = make_recipient()
    return Sample({"performances": [make_sample_performance().pk]}, user)


@sample_for(VISIT)
def visit() -> Sample:
    user, now = make_recipient(), timezone.now()
    make_sample_performance()
    zone = recipient_zone(user)
    return Sample({"day": now.astimezone(zone).date().isoformat(), "zone": zone.key}, user)


def make_sample_performance(
    days: int = 30, title: str = "Nachtmusik", **fields: Any
) -> Performance:
    """Create a performance at 20:00 in `days` days, with a show, a venue and a plan."""
    zone, now = current_organisation().zone, timezone.now()
    venue = Venue.objects.create(
        name="Old Gasworks",
        slug=_slug(),
        address="Am Kanal 1",
        postcode="10115",
        city="Berlin",
        country="DE",
        time_zone=zone.key,
    )
    day = now.astimezone(zone).date() + timedelta(days=days)
    starts_at = datetime.combine(day, time(20), zone)
    performance = Performance.objects.create(
        **{
            "show": Show.objects.create(title=title, slug=_slug(), duration=120),
            "venue": venue,
            "plan": _plan(venue),
            "starts_at": starts_at,
            "doors_at": starts_at - timedelta(hours=1),
            "on_sale_from": now - timedelta(days=7),
            "opened_at": now,
            "status": Performance.Status.PUBLISHED,
            "places_total": SEATS,
            "places_left": SEATS,
            **fields,
        }
    )
    PriceCategory.objects.create(
        performance=performance, name=_("Regular"), price=Decimal(45), fee=Decimal(5)
    )
    return performance


def _plan(venue):
    plan = SeatingPlan.objects.create(
        venue=venue,
        name=_("Hall"),
        width=1000,
        height=800,
        categories=[{"name": _("Regular"), "color": "#4477aa"}],
    )
    section = Section.objects.create(plan=plan, name=_("Stalls"), slug="stalls", capacity=SEATS)
    Seat.objects.bulk_create(
        Seat(
            plan=plan,
            section=section,
            guid=f"F-{number}",
            row="F",
            number=str(number),
            ordinal=number,
            x=20.0 * number,
            y=0.0,
            category=_("Regular"),
        )
        for number in range(1, SEATS + 1)
    )
    return plan


def _slug():
    return f"sample-{secrets.token_hex(8)}"
