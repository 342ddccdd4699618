import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from PIL import Image

from venues.models import Venue, VenueFees
from venues.plans import add_plan_version
from venues.tests.factories import draft, make_venue

pytestmark = pytest.mark.django_db

LIST = "admin:venues_venue_changelist"
ADD = "admin:venues_venue_add"
CHANGE = "admin:venues_venue_change"

FIELDS = {
    "name": "Opera",
    "slug": "opera",
    "description": "",
    "address": "Ring 1",
    "postcode": "1010",
    "city": "Vienna",
    "country": "at",
    "time_zone": "Europe/Vienna",
    "pictures-TOTAL_FORMS": "0",
    "pictures-INITIAL_FORMS": "0",
    "section_views-TOTAL_FORMS": "0",
    "section_views-INITIAL_FORMS": "0",
    "channel_fees-TOTAL_FORMS": "0",
    "channel_fees-INITIAL_FORMS": "0",
    "plans-TOTAL_FORMS": "0",
    "plans-INITIAL_FORMS": "0",
}


def picture(size=(40, 30), image_format="PNG", name="photo.png"):
    content = BytesIO()
    Image.new("RGB", size, "#336699").save(content, image_format)
    return SimpleUploadedFile(name, content.getvalue())


def test_it_lists_and_finds_venues(admin_client):
    make_venue(name="Old Gasworks")
    make_venue(name="Opera")

    page = admin_client.get(reverse(LIST), {"q": "oper"}).content.decode()

    assert "Opera" in page
    assert "Old Gasworks" not in page


def test_fields_that_search_for_a_venue_list_them_by_name(admin_client):
    make_venue(name="Opera")
    make_venue(name="Barn")
    field = {"app_label": "shows", "model_name": "performance", "field_name": "venue"}

    answer = admin_client.get(reverse("admin:autocomplete"), field | {"term": ""}).json()

    assert [one["text"].partition(",")[0] for one in answer["results"]] == ["Barn", "Opera"]


def test_the_number_of_queries_does_not_grow_with_the_venues(
    admin_client, django_assert_max_num_queries
):
    for _number in range(12):
        add_plan_version(venue=make_venue(), name="Hall", draft=draft())

    with django_assert_max_num_queries(9):
        admin_client.get(reverse(LIST))


def test_it_adds_a_venue(admin_client):
    response = admin_client.post(reverse(ADD), FIELDS)

    assert response.status_code == 302, response.context["errors"]
    venue = Venue.objects.get()
    assert (venue.name, venue.country, venue.time_zone) == ("Opera", "AT", "Europe/Vienna")


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "1A"), ("country", "ÄÖ"), ("time_zone", "Mars/Olympus"), ("slug", "a b")],
)
def test_it_rejects_invalid_values(admin_client, field, value):
    response = admin_client.post(reverse(ADD), FIELDS | {field: value})

    assert field in response.context["adminform"].form.errors
    assert not Venue.objects.exists()


def test_the_country_is_chosen_by_its_name_in_the_language_of_the_user(admin_client):
    page = admin_client.get(reverse(ADD), HTTP_ACCEPT_LANGUAGE="de").content.decode()
    select = page[page.index('name="country"') :].partition("</select>")[0]
    assert '<option value="AT">Österreich</option>' in select
    assert 'value="EU"' not in select, "It is no country."


def test_no_time_zone_is_preset_and_one_must_be_selected(admin_client):
    page = admin_client.get(reverse(ADD)).content.decode()
    select = page[page.index('name="time_zone"') :].partition("</select>")[0]
    first = select.partition("<option")[2].partition("</option>")[0]
    assert 'value=""' in first and "selected" in first
    assert 'value="Africa/Abidjan"' in select
    assert select.count("selected") == 1

    response = admin_client.post(reverse(ADD), FIELDS | {"time_zone": "", "country": "us"})

    assert "time_zone" in response.context["adminform"].form.errors
    assert not Venue.objects.exists()


def test_a_picture_is_stored_re_encoded(admin_client):
    admin_client.post(reverse(ADD), FIELDS | {"picture": picture((3000, 1500))})

    kept = Venue.objects.get().picture
    assert kept.name.endswith(".webp")
    with Image.open(kept) as image:
        assert (image.format, image.size) == ("WEBP", (1200, 600))


def test_a_picture_is_kept_or_removed_as_requested(admin_client):
    admin_client.post(reverse(ADD), FIELDS | {"picture": picture()})
    venue = Venue.objects.get()
    url = reverse(CHANGE, args=[venue.pk])

    admin_client.post(url, FIELDS | {"name": "New opera"})
    venue.refresh_from_db()
    assert venue.name == "New opera"
    assert venue.picture

    admin_client.post(url, FIELDS | {"picture-clear": "on"})
    venue.refresh_from_db()
    assert not venue.picture


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("evil.png", b"<script>alert(1)</script>"),
    ],
    ids=["svg", "script"],
)
def test_it_rejects_invalid_pictures(admin_client, file):
    response = admin_client.post(reverse(ADD), FIELDS | {"picture": file})

    assert "JPEG, PNG or WebP" in str(response.context["adminform"].form.errors["picture"])
    assert not Venue.objects.exists()


def test_it_links_the_plans_of_a_venue_read_only(admin_client):
    venue = make_venue()
    plan = add_plan_version(venue=venue, name="Hall", draft=draft())

    page = admin_client.get(reverse(CHANGE, args=[venue.pk])).content.decode()

    assert reverse("admin:venues_seatingplan_change", args=[plan.pk]) in page
    assert 'name="plans-0-name"' not in page


def fees(**fields):
    """Return the fields of one line of fees by channel."""
    line = {"channel": "phone", "ticket_fee": "", "order_fee": "1.50", "order_fee_tax_rate": ""}
    named = {f"channel_fees-0-{name}": value for name, value in (line | fields).items()}
    return {"channel_fees-TOTAL_FORMS": "1", **named}


def test_it_saves_tax_rates_and_fees(admin_client):
    taxes = {"tax_rate": "0", "fee_tax_rate": "19", "tax_exemption": "§ 4 Nr. 20 UStG"}
    response = admin_client.post(reverse(ADD), FIELDS | taxes | fees(ticket_fee="3"))

    assert response.status_code == 302, response.context["errors"]
    venue = Venue.objects.get()
    assert (venue.tax_rate, venue.fee_tax_rate) == (0, 19)
    assert venue.tax_exemption == "§ 4 Nr. 20 UStG"
    row = venue.channel_fees.get()
    assert (row.channel, row.ticket_fee, str(row.order_fee)) == ("phone", 3, "1.50")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tax_rate": "101"}, "tax_rate"),
        ({"fee_tax_rate": "-1"}, "fee_tax_rate"),
        ({"tax_rate": "7", "tax_exemption": "§ 4"}, "tax_exemption"),
    ],
)
def test_it_refuses_bad_tax_at_its_field(admin_client, fields, field):
    response = admin_client.post(reverse(ADD), FIELDS | fields)
    assert field in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channel": "web", "ticket_fee": "3"}, "ticket_fee"),
        ({"channel": "api", "ticket_fee": "3"}, "ticket_fee"),
        ({"channel": "fax"}, "channel"),
        ({"order_fee": "-1"}, "order_fee"),
        ({"ticket_fee": "-1"}, "ticket_fee"),
        ({"order_fee_tax_rate": "101"}, "order_fee_tax_rate"),
    ],
)
def test_it_refuses_bad_fees_at_their_field(admin_client, fields, field):
    response = admin_client.post(reverse(ADD), FIELDS | fees(**fields))
    [_pictures, formset, _plans] = response.context["inline_admin_formsets"]
    assert field in formset.formset.errors[0]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"order_fee": -1}, "venuefees_is_not_negative"),
        ({"ticket_fee": -1}, "venuefees_is_not_negative"),
        ({"channel": "fax"}, "venuefees_channel_is_known"),
        ({"channel": "web", "ticket_fee": 1}, "venuefees_online_is_that_of_the_price"),
        ({"channel": "api", "ticket_fee": 1}, "venuefees_online_is_that_of_the_price"),
        ({"order_fee_tax_rate": 101}, "venuefees_tax_is_a_percentage"),
        ({"channel": "door"}, "fees_of_a_channel_are_set_once_for_a_venue"),
    ],
)
def test_the_database_refuses_fees(fields, constraint):
    venue = make_venue()
    VenueFees.objects.create(venue=venue, channel="door")
    with pytest.raises(IntegrityError, match=constraint):
        VenueFees.objects.create(**{"venue": venue, "channel": "phone"} | fields)


def test_the_form_knows_the_time_zone_of_countries_that_have_only_one(admin_client):
    form = admin_client.get("/admin/venues/venue/add/").context["adminform"].form
    zones = json.loads(form.fields["time_zone"].widget.attrs["data-zones"])
    assert zones["AT"] == "Europe/Vienna" and "US" not in zones
    assert "js/venue-time-zone.js" in str(form.media)
