"""Pictures of the view from a section, uploaded with the venue and kept by names."""

import json

import pytest
from django.db import IntegrityError
from django.urls import reverse

from venues.models import SectionView
from venues.plans import add_plan_version
from venues.section_views import section_choices, views_of_plan

from .factories import draft, make_venue, standing_section
from .test_admin_venues import FIELDS, picture

pytestmark = pytest.mark.django_db


def make_view(venue, **fields):
    fields = {"plan_name": "Hall", "section_name": "Stalls", "picture": "views/a.webp"} | fields
    return SectionView.objects.create(venue=venue, text="From the middle", **fields)


def views(*rows, initial=0):
    fields = {"section_views-TOTAL_FORMS": len(rows), "section_views-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        fields |= {f"section_views-{number}-{name}": value for name, value in row.items()}
    return fields


def post(admin_client, venue, *rows):
    address = reverse("admin:venues_venue_change", args=[venue.pk])
    changes = {"slug": venue.slug, "city": "Berlin", "country": "DE", "time_zone": "Europe/Berlin"}
    return admin_client.post(address, FIELDS | changes | views(*rows))


def stalls(**fields):
    section = json.dumps(["Hall", "Stalls"])
    return {"section": section, "picture": picture(), "text": "From the middle"} | fields


def test_a_view_is_uploaded_for_a_section_of_a_plan(admin_client):
    venue = make_venue()
    add_plan_version(venue=venue, name="Hall", draft=draft())
    response = post(admin_client, venue, stalls())
    assert response.status_code == 302, response.context["errors"]
    view = SectionView.objects.get()
    assert (view.plan_name, view.section_name) == ("Hall", "Stalls")
    assert view.picture.name.endswith(".webp")


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([stalls(section=json.dumps(["Hall", "Nowhere"]))], "section"),
        ([stalls(section="nonsense")], "section"),
        ([stalls(text="")], "text"),
        ([stalls(), stalls()], "section"),
    ],
)
def test_bad_views_are_refused_at_their_field(admin_client, rows, field):
    venue = make_venue()
    add_plan_version(venue=venue, name="Hall", draft=draft())
    response = post(admin_client, venue, *rows)
    assert response.status_code == 200
    [formset] = [
        one.formset
        for one in response.context["inline_admin_formsets"]
        if one.formset.model is SectionView
    ]
    assert any(field in errors for errors in formset.errors)
    assert not SectionView.objects.exists()


def test_a_view_stays_with_the_next_version_of_the_plan(django_assert_num_queries):
    venue, other = make_venue(), make_venue()
    view = make_view(venue)
    add_plan_version(venue=venue, name="Hall", draft=draft())
    newest = add_plan_version(
        venue=venue, name="Hall", draft=draft(sections=[standing_section(), *draft().sections])
    )
    elsewhere = add_plan_version(venue=other, name="Hall", draft=draft())
    with django_assert_num_queries(1):
        assert views_of_plan(newest.pk) == {"Stalls": view}
    assert views_of_plan(elsewhere.pk) == {}


def test_sections_of_the_newest_versions_are_offered():
    venue = make_venue()
    add_plan_version(venue=venue, name="Hall", draft=draft(sections=[standing_section(name="Old")]))
    add_plan_version(venue=venue, name="Hall", draft=draft())
    add_plan_version(venue=venue, name="Studio", draft=draft(sections=[standing_section()]))
    assert section_choices(venue) == {"Hall": ["Stalls"], "Studio": ["Floor"]}


def test_the_database_refuses_two_views_of_a_section():
    venue = make_venue()
    make_view(venue)
    with pytest.raises(IntegrityError, match="view_of_a_section_is_set_once"):
        make_view(venue)
