"""A night at the door: lists, scanning, the till."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Order
from core.testing.clicks import within_aim
from core.testing.page_faults import faults_of
from door.models import CheckIn
from door.tests.door_page import answer, open_camera_page
from finance.models import TillSession

from .people import (
    ADDRESSES,
    button,
    choose_action,
    expect_text,
    log_in_by_form,
    performance_path,
)
from .performances import reschedule


def _door(week):
    return week.open("door", f"/door/{week.first_night.pk}/")


def wait_for_the_night(week):
    """Nobody waits weeks: the manager brings the first night forward to today."""
    performance = week.first_night
    soon = (timezone.now() + timedelta(minutes=30)).astimezone(performance.venue.zone)
    manager = week.open("manager", performance_path(performance))
    choose_action(manager, "Reschedule")
    reschedule(manager, soon, "The hall is free today.")
    assert week.first_night.starts_at < timezone.now() + timedelta(minutes=31)


def open_the_till(week):
    phone = week.open("door", "/till/")
    phone.get_by_label("Till").fill("Door")
    phone.get_by_label("Float").fill("100")
    button(phone, "Open till").click()
    expect(phone.get_by_role("link", name="Cash up")).to_be_visible()


def print_the_door_list(week):
    door = _door(week)
    with within_aim(door, 14):
        door.get_by_role("link", name="Lists", exact=True).click()
        link = door.get_by_role("link", name=re.compile(r"PDF\s*: Door list"))
        assert door.request.get(link.get_attribute("href")).body().startswith(b"%PDF")
        link.click()


def see_who_needs_step_free_access(week):
    with within_aim(_door(week), 19):
        door = _open_list(week, "Access list", "wheelchair space")
    rows = door.locator("tr", has_text="Alice Archer")
    expect(rows.filter(has_text="wheelchair space; Guide dog")).to_be_visible()
    assert faults_of(door) == []


def scan_a_ticket(week):
    """Hold the code that the customer's page shows before the camera."""
    customer = week.customer()
    customer.goto("/orders/")
    order = Order.objects.get(name="Alice Archer", channel="web")
    customer.locator(f"a[href*='{order.reference}']").first.click()
    code = customer.get_by_role("img", name=re.compile("QR code")).first.screenshot()
    with open_camera_page(week.browser, week.url, code) as phone:
        log_in_by_form(phone, email=ADDRESSES["door"], path=f"/door/{week.first_night.pk}/")
        with within_aim(phone, 22):
            button(phone, "Scan with camera").click()
            expect(answer(phone, "green")).to_contain_text("Alice Archer")
        button(phone, "Stop camera").click()
        expect(button(phone, "Scan with camera")).to_be_focused()
    assert CheckIn.objects.live().get().ticket.order == order


def sell_for_cash(week):
    phone = _door(week)
    with within_aim(phone, 20):
        phone.get_by_role("link", name="Sell tickets").click()
        phone.get_by_label("Quantity").fill("2")
        button(phone, "Continue to payment").click()
        expect(phone.get_by_role("heading", name="Total: €99")).to_be_visible()
        button(phone, "€100").click()
        expect_text(phone, "Change: 1")
        button(phone, "Payment received").click()
        expect(phone.get_by_role("heading", name="Sold: €99")).to_be_visible()
    assert Order.objects.latest("pk").channel == "door"


def see_who_did_not_come(week):
    with within_aim(_door(week), 24):
        door = _open_list(week, "No-shows", "Bob Baker")
    assert faults_of(door) == []


def see_how_many_came(week):
    manager = week.open("manager", performance_path(week.first_night))
    with within_aim(manager, 25):
        manager.get_by_role("link", name=re.compile("Lists and attendance")).first.click()
        manager.get_by_role("link", name="Attendance", exact=True).click()
        expect_text(manager, re.compile(r"1 of \d+ admitted"))


def cash_up(week):
    phone = week.open("door", "/till/")
    with within_aim(phone, 21):
        phone.get_by_role("link", name="Cash up").click()
        phone.get_by_label("€100", exact=True).fill("1")
        phone.get_by_label("€50", exact=True).fill("1")
        phone.get_by_label("€20", exact=True).fill("2")
        phone.get_by_label("€2", exact=True).fill("4")
        phone.get_by_label("€1", exact=True).fill("1")
        button(phone, "Continue").click()
        expect_text(phone, "No difference")
        button(phone, "Close till").click()
        expect(phone.get_by_role("heading", name="Cash-up: Door")).to_be_visible()
    session = TillSession.objects.get()
    assert (session.counted, session.closed_at is not None) == (199, True)


def _open_list(week, name, text):
    door = week.pages["door"]
    door.get_by_role("link", name="Lists", exact=True).click()
    door.get_by_role("link", name=name, exact=True).click()
    expect(door.get_by_role("heading", name=name)).to_be_visible()
    expect_text(door, text)
    return door


DOOR = [
    wait_for_the_night,
    open_the_till,
    print_the_door_list,
    see_who_needs_step_free_access,
    scan_a_ticket,
    sell_for_cash,
    see_who_did_not_come,
    see_how_many_came,
    cash_up,
]
