"""Tell ticket holders something: three jobs of a week, by their role, with clicks counted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.models import CustomerMessage
from bookings.staff_operations.customer_messages import enqueue_customer_messages
from bookings.staff_operations.performance_cancellation import refund_cancelled_performances
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.clicks import within_aim
from core.testing.page_faults import faults_of
from emails.models import OutboxEmail
from emails.rendering import render_due_emails

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    performance = make_sale()
    make_paid_order(hold=make_hold(performance=performance, labels=["A1"]))
    return performance


@pytest.fixture
def manager(browser_context, live_server, performance):
    """Return a page of a manager, on the list of performances."""
    page = browser_context(base_url=live_server.url).new_page()
    email = make_staff(Role.MANAGER).email
    browser.log_in(page, email=email, path="/admin/shows/performance/")
    return page


def open_action(page, performance, name):
    page.locator(f"#result_list a[href*='/performance/{performance.pk}/change/']").first.click()
    page.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    page.get_by_role("link", name=name).first.click()


def own_faults_of(page):
    """Return the faults of the page without those of the theme around it."""
    return [fault for fault in faults_of(page) if fault[0] not in ("region", "landmark-one-main")]


def rendered(kind):
    OutboxEmail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    render_due_emails()
    return OutboxEmail.objects.get(kind=kind)


def test_cancel_a_date_and_say_why(manager, performance):
    with within_aim(manager, 16):
        open_action(manager, performance, "Cancel performance")
        manager.get_by_label("Reason").fill("Illness")
        manager.get_by_label("Message to ticket holders (English)").fill("The singer is **ill**.")
        manager.get_by_role("button", name="Cancel performance").click()
        expect(manager.get_by_text("Performance cancelled.")).to_be_visible()
    refund_cancelled_performances()
    assert "The singer is ill." in rendered("performance_cancelled").text


def test_reschedule_a_date_and_say_why(manager, performance):
    day = performance.starts_at + timedelta(days=7)
    with within_aim(manager, 17):
        open_action(manager, performance, "Reschedule")
        manager.locator("[name=starts_at_0]").fill(f"{day:%Y-%m-%d}")
        manager.locator("[name=doors_at_0]").fill("")
        manager.locator("[name=doors_at_1]").fill("")
        manager.get_by_label("Reason").fill("Illness")
        manager.get_by_label("Message to ticket holders (English)").fill("The singer rests.")
        manager.get_by_role("button", name="Reschedule").click()
        expect(manager.get_by_text("Rescheduled to").first).to_be_visible()
    assert "The singer rests." in rendered("performance_rescheduled").text


def test_write_to_everybody_who_has_tickets(manager, performance):
    with within_aim(manager, 18):
        open_action(manager, performance, "Message ticket holders")
        manager.get_by_label("Subject (English)").fill("Doors open at six")
        manager.get_by_label("Message to ticket holders (English)").fill("Dear {name}, come early.")
        manager.get_by_role("button", name="Preview").click()
        expect(manager.get_by_role("heading", name="English: Doors open at six")).to_be_visible()
        assert own_faults_of(manager) == []
        manager.get_by_role("button", name="Send to 1 ticket holder").click()
        expect(manager.get_by_text("Message handed to the e-mail queue.")).to_be_visible()
    assert CustomerMessage.objects.get().state == "queued"
    enqueue_customer_messages()
    assert "Dear Alice Archer, come early." in rendered("customer_message").text


def test_the_page_fits_a_phone(manager, performance):
    manager.set_viewport_size({"width": 360, "height": 740})
    manager.goto(f"/admin/bookings/customermessage/add/?performances={performance.pk}")
    assert manager.evaluate("document.documentElement.scrollWidth <= innerWidth")
    manager.goto("/admin/emails/outboxemail/kinds/order_confirmation/en/")
    assert manager.evaluate("document.documentElement.scrollWidth <= innerWidth")
