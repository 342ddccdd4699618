"""Who works in a week, and what they have in front of them."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.browser import log_in_by_form
from bookings.models import Order
from bookings.staff_operations.customer_messages import enqueue_customer_messages
from bookings.staff_operations.performance_cancellation import refund_cancelled_performances
from emails.content import secrets_of
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from emails.sending import message_of
from payments.refunds import send_refunds
from shows.models import Performance

# The address of each role. The first has the one-time link, the others get accounts from it.
ADDRESSES = {
    "superuser": "boss@example.org",
    "manager": "mona@example.org",
    "box office": "carla@example.org",
    "door": "dora@example.org",
    "finance": "fiona@example.org",
}
ON_A_PHONE = {"door"}


class Week:
    """A box office during a week: a browser for each role, and another for customers.

    Everybody logs in once, by e-mail address and password, and stays logged in.
    """

    def __init__(self, browser, browser_context, live_server, sandbox):
        self.browser, self.browser_context = browser, browser_context
        self.url, self.sandbox = live_server.url, sandbox
        self.pages, self.errors = {}, []

    def new_page(self, who, **options):
        context = self.browser_context(base_url=self.url, **options)
        page = self.pages[who] = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_refusal)
        return page

    def open(self, role, path):
        """Return the page of the role at this path; log in before, the first time."""
        if page := self.pages.get(role):
            page.goto(path)
            return page
        page = self.new_page(role, phone=role in ON_A_PHONE)
        log_in_by_form(page, email=ADDRESSES[role], path=path)
        return page

    def customer(self):
        return self.pages.get("customer") or self.new_page("customer")

    def _note_refusal(self, message):
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)

    @property
    def performances(self):
        """The first night, the dates to be cancelled and to be moved, and the second venue's."""
        return list(Performance.objects.order_by("pk"))

    @property
    def first_night(self):
        return Performance.objects.order_by("pk")[0]


def performance_path(performance):
    return f"/admin/shows/performance/{performance.pk}/change/"


def order_path(order):
    return f"/admin/bookings/order/{order.pk}/change/"


def order_of(name):
    """Return the order of the customer of this name who has one."""
    return Order.objects.get(name=name)


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def seat(page, label):
    """Return a seat on the map of staff, such as "A12"."""
    name = f"Stalls, row {label[0]}, seat {label[1:]}"
    return page.locator(f".seat-map-seat:has([data-label='{name}'])")


def choose_action(page, name):
    """Choose from the menu “Actions”."""
    page.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    page.get_by_role("link", name=name).first.click()


def expect_text(page, text):
    expect(page.get_by_text(text).first).to_be_visible()


def expect_nothing_ticked(page):
    expect(page.locator("form.max-w-3xl input:checked")).to_have_count(0)


def work():
    """Do what the worker does meanwhile."""
    enqueue_customer_messages()
    refund_cancelled_performances()
    send_refunds()


def emails(kind):
    """Return the texts of the e-mails of this kind, as they would be sent tomorrow."""
    work()
    found = OutboxEmail.objects.filter(kind=kind)
    found.update(due_at=timezone.now() - timedelta(minutes=1))
    render_due_emails()
    return "\n".join(message_of(email, secrets_of(email)).body for email in found.all())
