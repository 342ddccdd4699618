"""Changes to performances, and the e-mails to ticket holders."""

import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urljoin

from playwright.sync_api import expect

from bookings.models import CustomerMessage, Ticket
from core.testing.clicks import within_aim
from core.testing.page_faults import faults_of
from payments.models import Refund
from shows.models import PriceCategory

from .people import (
    button,
    choose_action,
    emails,
    expect_nothing_ticked,
    expect_text,
    order_of,
    performance_path,
)


def change_a_price(week):
    performance = week.first_night
    manager = week.open("manager", performance_path(performance))
    with within_aim(manager, 8):
        choose_action(manager, "Change prices")
        expect_nothing_ticked(manager)
        manager.get_by_label("Stalls", exact=True).check()
        manager.get_by_label("Amount or percentage").fill("49.50")
        manager.get_by_label("Reason").fill("It sells well.")
        button(manager, "Preview").click()
        expect_text(manager, "€49.50")
        button(manager, "Change prices").click()
        expect_text(manager, "1 price changed.")
    assert PriceCategory.objects.get(performance=performance, name="Stalls").price == 49.5


def _open_action(week, performance, name):
    """Begin at the list of performances."""
    page = week.pages["manager"]
    page.locator(f"#result_list a[href*='/performance/{performance.pk}/change/']").first.click()
    choose_action(page, name)
    return page


def write_to_all_ticket_holders(week):
    performance = week.performances[2]
    manager = week.open("manager", "/admin/shows/performance/")
    with within_aim(manager, 18):
        _open_action(week, performance, "Message ticket holders")
        manager.get_by_label("Subject (English)").fill("Doors open at six")
        manager.get_by_label("Message to ticket holders (English)").fill("Dear {name}, come early.")
        button(manager, "Preview").click()
        expect(manager.get_by_role("heading", name="English: Doors open at six")).to_be_visible()
        assert faults_of(manager) == []
        button(manager, "Send to 1 ticket holder").click()
        expect_text(manager, "Message handed to the e-mail queue.")
    assert CustomerMessage.objects.get().state == "queued"
    assert "Dear Rita Richter, come early." in emails("customer_message")


def cancel_a_date_and_say_why(week):
    manager = week.open("manager", "/admin/shows/performance/")
    with within_aim(manager, 16):
        _open_action(week, week.performances[1], "Cancel performance")
        manager.get_by_label("Reason").fill("Illness")
        manager.get_by_label("Message to ticket holders (English)").fill("The singer is **ill**.")
        button(manager, "Cancel performance").click()
        expect_text(manager, "Performance cancelled.")
    assert "The singer is ill." in emails("performance_cancelled")
    refund = Refund.objects.get(payment__purpose=order_of("Wanda Weber").reference)
    assert (refund.amount, refund.status) == (90, "succeeded")


def reschedule_a_date_and_say_why(week):
    performance = week.performances[2]
    manager = week.open("manager", "/admin/shows/performance/")
    later = (performance.starts_at + timedelta(days=7)).astimezone(performance.venue.zone)
    with within_aim(manager, 17):
        _open_action(week, performance, "Reschedule")
        reschedule(manager, later, "The singer rests.")
    assert "The singer rests." in emails("performance_rescheduled")


def reschedule(page, starts_at, message):
    """Fill in the page; `starts_at` is in the time zone of the venue."""
    page.locator("[name=starts_at_0]").fill(f"{starts_at:%Y-%m-%d}")
    page.locator("[name=starts_at_1]").fill(f"{starts_at:%H:%M}")
    page.get_by_label("Reason").fill("Illness")
    page.get_by_label("Message to ticket holders (English)").fill(message)
    button(page, "Reschedule").click()
    expect_text(page, "Rescheduled to")


def see_how_the_first_night_sells(week):
    manager = week.open("manager", "/admin/bookings/ledgerentry/insights/")
    manager.locator(f"main a[href$='/performance/{week.first_night.pk}/']").click()
    channels = manager.get_by_role("region", name="Sales channel")
    channels.get_by_text("Figures").click()
    tickets = Ticket.objects.valid().filter(performance=week.first_night)
    sold = Counter(ticket.order.get_channel_display() for ticket in tickets)
    for channel, number in sold.items():
        row = channels.get_by_role("row", name=re.compile(rf"^{channel} {number} "))
        expect(row).to_be_visible()
    link = channels.get_by_role("link", name="CSV: Sales channel")
    file = manager.request.get(urljoin(manager.url, link.get_attribute("href"))).text()
    assert len(file.splitlines()) == 1 + len(sold) > 1


PERFORMANCES = [
    change_a_price,
    write_to_all_ticket_holders,
    cancel_a_date_and_say_why,
    reschedule_a_date_and_say_why,
    see_how_the_first_night_sells,
]
