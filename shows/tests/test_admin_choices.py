"""Choices of the admin, where rows that look alike are told apart."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from core.choice_labels import choice_label
from shows.models import Performance

from .factories import make_performance, make_plan, make_show, make_venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    return browser


def offered(browser, field, *, model="shows.performance", term=""):
    app, name = model.split(".")
    query = {"app_label": app, "model_name": name, "field_name": field, "term": term}
    results = browser.get(reverse("admin:autocomplete"), query).json()["results"]
    return sorted(row["text"] for row in results)


def test_plans_of_the_same_name_name_their_venues(manager):
    plans = [make_plan(venue=make_venue(name=name), name="Main hall") for name in ("Mill", "Barn")]
    assert offered(manager, "plan") == ["Main hall (v1) · Barn", "Main hall (v1) · Mill"]
    page = manager.get(reverse("admin:shows_pricelist_add")).content.decode()
    assert all(f"Main hall (v1) · {plan.venue.name}" in page for plan in plans)
    page = manager.get(reverse("admin:venues_editedplan_add")).content.decode()
    assert all(f"Main hall (v1) · {plan.venue.name}" in page for plan in plans)


def test_shows_of_the_same_title_name_their_artists_and_slugs(manager):
    first = make_show(title="Messiah", artists=["Bach Choir"])
    second = make_show(title="Messiah")
    make_show(title="Carmen")
    texts = offered(manager, "show")
    assert texts == sorted(
        ["Carmen", f"Messiah · Bach Choir · {first.slug}", f"Messiah · {second.slug}"]
    )
    # The chosen one, and the filter of the list, say the same.
    page = manager.get(reverse("admin:shows_performance_add"), {"show": first.pk})
    assert f"Messiah · Bach Choir · {first.slug}</option>" in page.content.decode()
    query = {"show__id__exact": second.pk}
    page = manager.get(reverse("admin:shows_performance_changelist"), query)
    assert f"Messiah · {second.slug}</option>" in page.content.decode()


def test_venues_of_the_same_name_in_a_city_have_their_address(manager):
    make_venue(name="Studio", address="Old Lane 1")
    make_venue(name="Studio", address="New Road 2")
    make_venue(name="Studio", city="Hamburg")
    assert offered(manager, "venue") == [
        "Studio, Hamburg",
        "Studio, New Road 2, Berlin",
        "Studio, Old Lane 1, Berlin",
    ]


def test_performances_name_their_venue_wherever_they_are_chosen(manager):
    show = make_show(title="Carmen")
    first = make_performance(show=show, venue=make_venue(name="Mill"))
    second = make_performance(show=show, venue=make_venue(name="Barn"), starts_at=first.starts_at)
    labels = [f"{first} · Mill", f"{second} · Barn"]
    Performance.objects.update(opened_at=first.starts_at - timedelta(days=30))
    assert offered(manager, "performance", model="shows.question") == sorted(labels)
    assert offered(manager, "performances", model="bookings.customermessage") == sorted(labels)
    page = manager.get(
        reverse("admin:bookings_customermessage_add"), {"performances": f"{first.pk},{second.pk}"}
    ).content.decode()
    assert all(f"{label}</option>" in page for label in labels)


def test_a_search_needs_no_query_for_each_row(manager):
    counts = []
    for _number in range(3):
        make_show(title="Messiah", artists=["Bach Choir"])
        make_performance()
        make_plan(venue=make_venue())
        with CaptureQueriesContext(connection) as queries:
            for field in ("show", "venue", "plan"):
                offered(manager, field)
            offered(manager, "performance", model="shows.question")
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_without_the_annotation_a_row_asks_for_its_namesakes():
    show = make_show(title="Messiah")
    assert choice_label(show) == "Messiah"
    make_show(title="Messiah")
    assert choice_label(show) == f"Messiah · {show.slug}"
