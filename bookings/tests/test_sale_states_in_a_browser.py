"""What the buttons of home, list and show say of the sale of each date, in a real browser."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from core.shared_cache import clear_shared_cache
from core.testing.page_faults import faults_of
from shows.models import Performance
from shows.tests.factories import make_show
from waitingroom.tests.factories import make_room

from .factories import make_performance, make_plan, seated

pytestmark = [pytest.mark.both_sizes, pytest.mark.django_db(transaction=True)]

# Title, fields of the performance, what its row says, and its button.
DATES = [
    ("Open", {}, "On sale", "Tickets: Open"),
    ("Nearly gone", {"places_left": 2}, "Only 2 left", "Tickets: Nearly gone"),
    ("Queued", {}, "On sale", "Join the queue: Queued"),
    ("Gone", {"places_left": 0}, "Sold out", None),
    ("Closed", {"on_sale_until": -timedelta(hours=1)}, "Sales ended", None),
    ("Later", {"on_sale_in": timedelta(days=20)}, "On sale ", None),
    ("Soon", {"on_sale_in": timedelta(days=3)}, "On sale in 3 days: ", None),
]


@pytest.fixture
def plan():
    return make_plan(sections=[seated()])


def make_dates(plan):
    for day, (title, fields, _said, _button) in enumerate(DATES, start=1):
        if "on_sale_until" in fields:
            fields = fields | {"on_sale_until": timezone.now() + fields["on_sale_until"]}
        performance = make_performance(
            show=make_show(title=title), plan=plan, starts_in=timedelta(days=30 + day), **fields
        )
        if title == "Queued":
            make_room(performance=performance)


def named(text):
    # What follows the colon is for screen readers only, and Chromium puts a space before it.
    return re.compile(text.replace(":", " ?:"))


def test_the_home_page_and_the_list_say_the_state_of_each_date(page, plan):
    make_dates(plan)
    page.goto("/")
    # The show that was announced last is not yet on sale.
    hero = page.locator(".hero")
    expect(hero.get_by_role("heading", name="Soon")).to_be_visible()
    expect(hero.get_by_text("On sale in 3 days: ")).to_be_visible()
    expect(hero.get_by_role("link", name=named("See dates: Soon"))).to_be_visible()
    expect(hero).not_to_contain_text("€")
    rows = page.locator(".agenda-row")
    expect(rows).to_have_count(len(DATES))
    for row, (title, _fields, said, button) in zip(rows.all(), DATES, strict=True):
        expect(row.get_by_role("heading", name=title, exact=True)).to_be_visible()
        expect(row.locator(".state")).to_have_text(re.compile(f"^{said}"))
        expect(row.locator(".btn")).to_have_count(1 if button else 0)
        if button:
            expect(row.get_by_role("link", name=named(button))).to_be_visible()
    assert faults_of(page) == []
    page.goto("/shows/?sort=soonest")
    for card, (_title, _fields, said, button) in zip(
        page.locator("#results .card-show").all(), DATES, strict=True
    ):
        expect(card).to_contain_text("from €45" if said == "On sale" else said)
        assert ("€" in card.inner_text()) == bool(button)


def test_the_page_of_a_show_says_what_can_be_bought(page, plan):
    show = make_show(title="Tour")
    days = [timedelta(days=number) for number in range(10, 14)]
    cancelled, moved, gone, soon = (
        make_performance(show=show, plan=plan, starts_in=day) for day in days
    )
    dates = Performance.objects
    dates.filter(pk=cancelled.pk).update(status=Performance.Status.CANCELLED)
    dates.filter(pk=moved.pk).update(moved_from=moved.starts_at - timedelta(days=2))
    dates.filter(pk=gone.pk).update(places_left=0)
    dates.filter(pk=soon.pk).update(on_sale_from=timezone.now() + timedelta(days=3))
    page.goto(show.get_absolute_url())
    expect(page.get_by_role("link", name="Tickets from €45 incl. fees")).to_be_visible()
    rows = page.locator(".agenda-row")
    for row, said in zip(
        rows.all(), ("Cancelled", "On sale", "Sold out", "On sale in 3 days: "), strict=True
    ):
        expect(row.locator(".state")).to_contain_text(said)
    expect(rows.nth(0)).not_to_contain_text("Add to calendar")
    expect(rows.nth(1)).to_contain_text("rescheduled from")
    expect(rows.locator(".btn")).to_have_count(1)
    # Nothing is left: the button says when more will be.
    dates.filter(pk=moved.pk).update(places_left=0)
    clear_shared_cache()
    cache.clear()
    page.goto(show.get_absolute_url())
    hero = page.locator(".hero")
    expect(hero.get_by_role("link", name="See dates")).to_be_visible()
    expect(hero.locator(".state")).to_contain_text("On sale in 3 days: ")
    assert faults_of(page) == []
