"""The account in a browser: language, sign-up with earlier bookings, preferences, deletion."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import PASSWORD, code_in
from bookings.models import Order
from core.testing.page_faults import faults_of
from emails.models import Consent
from shows.models import Performance
from shows.terms import clear_cached_terms

from .factories import make_customer, make_hold, make_paid_order

pytestmark = [pytest.mark.both_sizes, pytest.mark.django_db(transaction=True)]

GUEST = "gwen@example.com"


def main_button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def test_guests_switch_the_language(page):
    page.goto("/")
    page.get_by_role("form", name="Language").get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("link", name="Anmelden")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("navigation").get_by_role("link", name="Spielstätten").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("form", name="Sprache").get_by_role("button", name="Français").click()
    expect(page.get_by_role("link", name="Connexion")).to_be_visible()


def test_a_guest_signs_up_and_uses_and_deletes_the_account(page, mailoutbox):
    hold = make_hold(customer=make_customer())
    order = make_paid_order(hold=hold, email=GUEST, name="Gwen Guest")
    sign_up(page, mailoutbox)
    expect(page.get_by_text("1 booking made with this address is now in")).to_be_visible()
    page.goto("/orders/")
    expect(page.get_by_role("main").get_by_text(order.performance.show.title)).to_be_visible()
    assert faults_of(page) == []
    choose_emails(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download JSON").click()
    stored = json.loads(download.value.path().read_text())
    assert GUEST in json.dumps(stored) and order.reference in json.dumps(stored)
    # An account is deleted once its shows are over.
    past = timezone.now() - timedelta(days=2)
    Performance.objects.filter(pk=order.performance_id).update(starts_at=past)
    clear_cached_terms()
    delete_account(page)
    assert not User.objects.filter(email=GUEST).exists()
    assert Order.objects.get(pk=order.pk).email != GUEST


def sign_up(page, mailoutbox):
    page.goto("/accounts/signup/?next=/accounts/")
    page.get_by_label("E-mail address").fill(GUEST)
    page.get_by_label("Password").fill(PASSWORD)
    main_button(page, "Create account").click()
    page.wait_for_url("**/accounts/confirm-email/")
    assert faults_of(page) == []
    page.get_by_label("Code").fill(code_in(mailoutbox[0]))
    main_button(page, "Continue").click()
    page.wait_for_url("**/accounts/")


def choose_emails(page):
    page.goto("/accounts/")
    boxes = page.locator("#emails").get_by_role("checkbox")
    is_wanted = not boxes.first.is_checked()
    boxes.first.set_checked(is_wanted)
    page.locator("#emails").get_by_role("button").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(boxes.first).to_be_checked(checked=is_wanted)
    assert Consent.objects.get(user__email=GUEST).is_given == is_wanted


def delete_account(page):
    page.get_by_text("Delete account", exact=True).first.click()
    password = page.get_by_label("Password")
    password.fill("wrong")
    main_button(page, "Delete account").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    assert faults_of(page) == [] and User.objects.filter(email=GUEST).exists()
    password.fill(PASSWORD)
    main_button(page, "Delete account").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
