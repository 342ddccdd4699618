"""Which version of the terms of sale a customer accepted is kept with the order."""

import pytest

from bookings.aftersale.personal_data import personal_data_of
from bookings.models import Order
from organisation.current import clear_cached_organisation
from organisation.legal_texts import current_text, publish, save_draft, start_draft
from shows.tests.factories import make_user

from .browsing import browser_of, filled_in
from .factories import make_customer, make_hold, make_paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    clear_cached_organisation()
    return make_customer(user=make_user())


def new_terms(body="Our terms."):
    draft = start_draft(kind="terms", language="en")
    text = publish(text=save_draft(text=draft, body=body), by="bob")
    clear_cached_organisation()
    return text


def test_the_version_on_the_page_is_kept_with_the_order(alice):
    text = new_terms()
    url, browser = make_hold(customer=alice).get_absolute_url(), browser_of(alice)
    page = browser.get(url)
    assert f'name="terms_version" value="{text.pk}"' in page.content.decode()
    browser.post(url, filled_in(page))
    order = Order.objects.get()
    assert order.accepted_terms == text
    new_terms("Other terms.")
    order.refresh_from_db()
    assert order.accepted_terms == text
    [exported] = personal_data_of(alice.user)["orders"]
    assert exported["accepted_terms"].endswith("/legal/terms/en/2/")


def test_terms_that_changed_meanwhile_are_to_be_accepted_again(alice):
    url, browser = make_hold(customer=alice).get_absolute_url(), browser_of(alice)
    accepted = filled_in(browser.get(url))
    new_terms()
    response = browser.post(url, accepted)
    assert response.status_code == 422
    assert "The terms of sale have changed." in response.content.decode()
    assert not Order.objects.exists()
    assert browser.post(url, filled_in(response)).status_code == 303
    assert Order.objects.get().accepted_terms.version == 2


@pytest.mark.parametrize("posted", ["", "abc", "999999"])
def test_another_version_is_refused(alice, posted):
    url, browser = make_hold(customer=alice).get_absolute_url(), browser_of(alice)
    page = browser.get(url)
    response = browser.post(url, filled_in(page, terms_version=posted))
    assert response.status_code == 422
    assert not Order.objects.exists()


def test_the_terms_are_those_in_the_language_of_the_page(alice):
    url, browser = make_hold(customer=alice).get_absolute_url(), browser_of(alice)
    headers = {"accept-language": "de"}
    page = browser.get(url, headers=headers)
    browser.post(url, filled_in(page), headers=headers)
    assert Order.objects.get().accepted_terms.language == "de"


def test_sales_without_a_customer_at_the_page_have_none():
    assert make_paid_order().accepted_terms is None


def test_without_published_terms_the_order_has_none(alice, monkeypatch):
    monkeypatch.setattr("bookings.forms.current_text", lambda kind: None)
    url, browser = make_hold(customer=alice).get_absolute_url(), browser_of(alice)
    browser.post(url, filled_in(browser.get(url)))
    assert Order.objects.get().accepted_terms is None
    assert current_text("terms", "en") is not None
