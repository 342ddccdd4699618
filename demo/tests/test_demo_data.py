"""All demo data, created once."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.conf import settings as project
from django.test import Client
from django.utils import timezone

from bookings.ledger.audit import audit
from bookings.models import Order, Place
from core.names import COMMON_NAMES
from demo import seating_plans
from demo.create import create_demo
from demo.shows import RESIDENCY
from demo.special_dates import MEMBERS_CODE, QUEUED_PEOPLE, Calendar
from demo.venues import VENUES
from emails.models import OutboxEmail
from organisation.models import LegalText, Organisation, Translation
from organisation.translations import USED_TEXTS
from shows.date_calendar import MANY
from shows.models import Artist, Performance, Show
from venues.generate import assemble, rectangle, standing
from venues.models import Section, Venue
from waitingroom.admission import admit
from waitingroom.joining import join
from waitingroom.models import WaitingRoom
from waitingroom.sequence import highest_numbers

TRANSLATED = {
    Show: ["description"],
    Artist: ["description"],
    Venue: ["description", "directions", "access_notes"],
}
NAMES_OF_CITIES = {"Berlin", "Chicago", "Edinburgh"}
README = project.BASE_DIR / "README.md"


@pytest.mark.django_db(transaction=True)
def test_it_has_every_feature_to_try(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    # Make the larger venues a hundred times smaller: their places take most of the time.
    for venue in VENUES:
        if venue.plan in ("theatre", "hall", "arena"):
            monkeypatch.setattr(seating_plans, venue.plan, partial(small_plan, venue))
    create_demo(log=lambda line: None)

    # Known, so that no page opens the picture.
    assert Organisation.objects.values_list("logo_width", "logo_height").get() == (320, 80)
    check_that_performances_do_not_overlap()
    check_small_event()
    check_sold_out_performance()
    check_cancelled_performance()
    check_rescheduled_performance()
    check_live_queue()
    check_show_with_many_dates()
    statements = LegalText.objects.published().filter(kind="accessibility")
    assert [text.is_sample for text in statements] == [False, False]
    check_translations()
    assert not Show.objects.filter(poster="").exists()
    assert not Venue.objects.filter(picture="").exists()
    assert audit() == []


def check_translations():
    """Each text that a page shows in the visitor's language is there in all of them."""
    used = {text for texts in USED_TEXTS for text in texts() if text}
    for model, fields in TRANSLATED.items():
        used |= {text for row in model.objects.values_list(*fields) for text in row if text}
    used -= {str(name) for name in COMMON_NAMES} | NAMES_OF_CITIES
    # On signs in the building; price categories have the same names, so that one finds them there.
    used -= set(Section.objects.values_list("name", flat=True))
    stored = dict(Translation.objects.values_list("text", "texts"))
    languages = {code for code, _name in project.LANGUAGES} - {"en"}
    assert {text for text in used if set(stored.get(text, {})) != languages} == set()
    page = Client().get("/", headers={"Accept-Language": "de"}).content.decode()
    assert "Klassik" in page


def small_plan(venue):
    return assemble(
        venue.plan.capitalize(),
        decoration=[],
        categories=dict.fromkeys(venue.prices, "#0072b2"),
        sections=[
            standing(
                name, category=name, capacity=15, outline=rectangle(0, 50 * n, 90, 50 * n + 40)
            )
            for n, name in enumerate(venue.prices)
        ],
    )


def is_named_in_the_readme(performance):
    return f"*{performance.show.title}*" in README.read_text()


def check_that_performances_do_not_overlap():
    for venue in Venue.objects.all():
        performances = list(venue.performances.select_related("show").order_by("starts_at"))
        assert performances
        for one, next_one in pairwise(performances):
            assert one.ends_at <= next_one.doors_at, f"{one} and {next_one}"


def check_small_event():
    performance = Performance.objects.selling().get(show__title="Elbow Room", places_total=100)
    assert is_named_in_the_readme(performance)
    assert performance.sale_state() == Performance.SaleState.ON_SALE
    places = Place.objects.filter(performance=performance, state=Place.State.AVAILABLE)
    assert places.filter(price_category__name="VIP").count() == 20
    assert places.filter(price_category__name="Regular").count() == 80
    assert not places.exclude(section__kind=Section.Kind.STANDING).exists()


def check_sold_out_performance():
    sold_out = Performance.objects.public().selling().filter(places_left=0)
    assert any(map(is_named_in_the_readme, sold_out.filter(venue__slug="kellerwerk")))
    for performance in sold_out:
        assert performance.sale_state() == Performance.SaleState.SOLD_OUT
        places = Place.objects.filter(performance=performance)
        assert not places.exclude(state=Place.State.SOLD).exists()


def check_cancelled_performance():
    performance = Performance.objects.public().get(status=Performance.Status.CANCELLED)
    assert is_named_in_the_readme(performance)
    assert performance.starts_at > timezone.now()
    orders = Order.objects.filter(performance=performance)
    assert orders.cancelled().exists()
    assert not orders.paid().exists()
    emails = OutboxEmail.objects.filter(kind="performance_cancelled")
    assert emails.count() == orders.count()


def check_rescheduled_performance():
    performance = Performance.objects.public().selling().get(moved_from__isnull=False)
    assert is_named_in_the_readme(performance)
    assert performance.starts_at - performance.moved_from >= timedelta(days=13)
    assert performance.refund_until > timezone.now()
    orders = Order.objects.filter(performance=performance).paid()
    emails = OutboxEmail.objects.filter(kind="performance_rescheduled")
    assert emails.count() == orders.count() > 0


def check_live_queue():
    room = WaitingRoom.objects.in_use().get(opened_at__isnull=False)
    assert is_named_in_the_readme(room.performance)
    assert room.performance.sale_state() == Performance.SaleState.ON_SALE
    regular, members = room.lanes.get(name="Regular"), room.lanes.get(name="Members")
    assert highest_numbers([regular])[regular.pk] == QUEUED_PEOPLE
    admit(room.pk)
    assert sum(lane.serving for lane in room.lanes.all()) < 10  # Most visitors are still waiting.
    place = join(performance_id=room.pk, visitor="newcomer", code=MEMBERS_CODE)
    assert place.lane_id == members.pk
    waiting = WaitingRoom.objects.in_use().get(opened_at=None)
    assert waiting.performance.on_sale_from > timezone.now()


def check_show_with_many_dates():
    show = Show.objects.get(title=RESIDENCY)
    assert show.performances.public().upcoming().count() >= MANY
    page = Client().get(show.get_absolute_url()).content.decode()
    assert 'class="calendar"' in page and f"*{RESIDENCY}*" in README.read_text()


def test_a_venue_has_one_performance_a_day():
    calendar, one, other = Calendar(), Venue(pk=1), Venue(pk=2)
    today = timezone.localdate()
    days = [calendar.take_day(one, today) for _ in range(3)]
    assert days == [today + timedelta(days=n) for n in range(3)]
    assert calendar.take_day(other, today) == today
