"""Factories for the tests of this app."""

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from venues.drafts import PlanDraft, SeatDraft, SectionDraft
from venues.models import Venue

_number = count(1)


def make_venue(*, name="Old Gasworks", **fields):
    number = next(_number)
    fields = {
        "slug": f"gasworks-{number}",
        "address": "Am Kanal 1",
        "city": "Berlin",
        "country": "DE",
        "time_zone": "Europe/Berlin",
    } | fields
    return Venue.objects.create(name=name, **fields)


def seat(row="A", number="1", x=10.0, y=10.0, *, guid=None, category="Stalls", kind="ordinary"):
    return SeatDraft(
        guid=guid or f"{row}-{number}",
        row=row,
        number=number,
        x=float(x),
        y=float(y),
        category=category,
        kind=kind,
    )


def draft(*, seats=None, sections=None, **fields):
    """Return a plan, by default of one section with three seats in a row."""
    seats = seats or [seat("A", str(n), 20 * n, 50) for n in (1, 2, 3)]
    sections = sections or [SectionDraft(name="Stalls", slug="stalls", seats=tuple(seats))]
    fields = {
        "name": "Hall",
        "width": 200,
        "height": 100,
        "categories": (
            {"name": "Stalls", "color": "#aa0000"},
            {"name": "Standing", "color": "#00aa00"},
        ),
    } | fields
    return PlanDraft(sections=tuple(sections), **fields)


def standing_section(*, name="Floor", slug="floor", standing=350, category="Standing"):
    outline = ((10.0, 60.0), (190.0, 60.0), (190.0, 95.5), (10.0, 95.5))
    return SectionDraft(name=name, slug=slug, standing=standing, category=category, outline=outline)


def make_staff(role):
    """Return an account with this role, a group that is filled by `migrate`."""
    user = get_user_model().objects.create_user("staff@example.org", "sesame", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def draft_url(edited, page, query=""):
    """Return the URL of a page of an edited plan."""
    return reverse(f"admin:venues_editedplan_{page}", args=[edited.pk]) + query
