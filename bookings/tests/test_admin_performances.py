"""Performances in the admin, as extended by the sale."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role, appoint
from bookings.models import LedgerEntry, Place
from bookings.staff_operations.blocking import block_places
from shows.models import Performance, PriceCategory
from shows.terms import terms_of
from shows.tests.factories import make_performance, make_plan, make_user, seated, standing
from venues.models import Venue

from .factories import age_hold, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMED = {"confirmed": "yes"}


def staff(role=Role.MANAGER):
    user = make_user()
    appoint(user=user, role=role)
    browser = Client()
    browser.force_login(user)
    browser.staff = user
    return browser


def draft(**fields):
    plan = make_plan(sections=[seated(), standing()])
    return make_performance(plan=plan, opened=False, status="draft", **fields)


def url(performance, name="change"):
    return reverse(f"admin:shows_performance_{name}", args=[performance.pk])


def test_putting_on_sale_shows_a_preview():
    performance = draft()
    response = staff().get(url(performance, "put_on_sale"))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Regular: €45" in text and "Standing: €45" in text
    assert not Place.objects.exists()


def test_putting_on_sale_creates_the_places():
    performance, browser = draft(), staff()
    response = browser.post(url(performance, "put_on_sale"), CONFIRMED)
    assert response["Location"] == url(performance)
    performance.refresh_from_db()
    assert performance.status == Performance.Status.PUBLISHED
    assert Place.objects.filter(performance=performance).count() == 150
    assert LedgerEntry.objects.get(kind="open").actor == f"staff:{browser.staff.pk}"
    assert "150 seats created" in browser.get(url(performance)).content.decode()


def test_putting_on_sale_twice_does_it_once():
    performance, browser = draft(), staff()
    browser.post(url(performance, "put_on_sale"), CONFIRMED)
    browser.post(url(performance, "put_on_sale"), CONFIRMED)
    assert Place.objects.count() == 150
    assert LedgerEntry.objects.filter(kind="open").count() == 1


@pytest.mark.parametrize("data", [None, CONFIRMED])
def test_it_says_why_it_cannot_be_put_on_sale(data):
    performance, browser = draft(prices={"Regular": 45}), staff()
    page = url(performance, "put_on_sale")
    response = browser.post(page, data, follow=True) if data else browser.get(page, follow=True)
    assert "Missing prices: Standing." in response.content.decode()
    assert not Place.objects.exists()


def test_several_performances_are_put_on_sale_separately():
    good, bad = draft(), draft(prices={"Regular": 45})
    browser = staff()
    data = {"action": "put_all_on_sale", "_selected_action": [good.pk, bad.pk]}
    changelist = reverse("admin:shows_performance_changelist")
    assert "Put these performances on sale?" in browser.post(changelist, data).content.decode()
    assert not Place.objects.exists()
    text = browser.post(changelist, data | CONFIRMED, follow=True).content.decode()
    assert "150 seats created" in text and "Missing prices: Standing." in text
    assert set(Place.objects.values_list("performance", flat=True)) == {good.pk}


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_only_managers_can_put_on_sale(role):
    performance = draft()
    assert staff(role).post(url(performance, "put_on_sale"), CONFIRMED).status_code == 403
    assert not Place.objects.exists()


def test_it_shows_the_availability():
    performance = make_sale()
    make_hold(performance=performance, labels=["A1"])
    age_hold(make_hold(performance=performance, labels=["A2"]), minutes=9)
    make_paid_order(hold=make_hold(performance=performance, labels=["A3", "A4", "A5"]))
    blocked = Place.objects.filter(state="available")[:2]
    block_places(performance=performance, place_ids=[p.pk for p in blocked], actor="test")
    assert list(
        Place.objects.filter(performance=performance).order_by().counted_by("section__name")
    ) == [("Stalls", 44, 1, 3, 2)]
    text = staff(Role.BOX_OFFICE).get(url(performance)).content.decode()
    assert f"/admin/bookings/place/?performance__id__exact={performance.pk}" in text
    assert "View and block seats" in text


def test_it_says_when_there_are_no_places_yet():
    assert "Seats are created when you put it on sale" in staff().get(url(draft())).content.decode()


def test_a_new_performance_can_be_added():
    response = staff().get(reverse("admin:shows_performance_add"))
    assert response.status_code == 200


def price_form(browser, performance):
    """Return all fields of a performance's form, as a browser sends them."""
    forms = re.findall(r"<form.*?</form>", browser.get(url(performance)).content.decode(), re.S)
    (form,) = (form for form in forms if "price_categories-0-price" in form)
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        for chosen in re.findall(r'value="([^"]*)" selected', options)[:1]:
            fields[name] = chosen
    return fields


def test_prices_edited_in_the_form_of_a_performance_on_sale_are_logged():
    performance, browser = make_sale(), staff()
    form = price_form(browser, performance)
    form |= {"price_categories-0-price": "52.50", "price_categories-0-fee": "2.50"}
    response = browser.post(url(performance), form)
    assert response.status_code == 302, response.content.decode()
    assert PriceCategory.objects.get(performance=performance).price == Decimal("52.50")
    entry = LedgerEntry.objects.get(kind="price_change")
    assert (entry.actor, entry.performance_id) == (f"staff:{browser.staff.pk}", performance.pk)
    assert entry.detail["prices"] == [
        {
            "category": "Regular",
            "before": "45.00",
            "after": "52.50",
            "fee_before": "5.00",
            "fee_after": "2.50",
        }
    ]
    assert terms_of(performance.pk).categories_by_name["Regular"].price == Decimal("52.50")


def test_what_else_is_edited_there_is_no_change_of_prices():
    performance, browser = make_sale(), staff()
    form = price_form(browser, performance) | {"price_categories-0-ordinal": "3"}
    assert browser.post(url(performance), form).status_code == 302
    assert PriceCategory.objects.get(performance=performance).ordinal == 3
    assert not LedgerEntry.objects.filter(kind="price_change").exists()


def test_it_shows_the_tax_before_putting_on_sale():
    performance, browser = draft(), staff()
    address = url(performance, "put_on_sale")
    assert "No VAT is set for the venue." in browser.get(address).content.decode()
    Venue.objects.update(tax_rate=7, fee_tax_rate="5.5")
    page = browser.get(address).content.decode()
    assert ", VAT 7%, on the fee 5.5%" in page
    assert "No VAT is set" not in page
