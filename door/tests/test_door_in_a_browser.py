"""The door in a real browser: enter_text, by camera, offline, without JavaScript."""

import re

import pytest
import segno
from playwright.sync_api import expect

from accounts.roles import Role
from bookings.documents.ticket_codes import code_of
from bookings.tests.factories import make_sale
from core.testing.page_faults import faults_of
from door.models import CheckIn

from .door_page import answer, enter_text
from .factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_codes_and_names_can_be_typed(page, open_door_page):
    ticket = make_ticket(labels=["A1", "A2"])
    open_door_page(page, ticket.performance)
    enter_text(page, code_of(ticket))
    expect(answer(page, "green")).to_contain_text("row A, seat 1")
    expect(page.get_by_label("Ticket code, order number or name")).to_have_value("")
    enter_text(page, code_of(ticket))
    expect(answer(page, "amber")).to_contain_text("Already checked in")
    enter_text(page, "alice")
    page.get_by_role("button", name=re.compile("Check in .*seat 2")).click()
    expect(answer(page, "green")).to_contain_text("row A, seat 2")
    expect(page.locator("#count")).to_contain_text("2 of 2")
    answer(page, "green").get_by_role("button", name="Undo").click()
    expect(answer(page, "amber")).to_contain_text("Undone")
    enter_text(page, "nobody")
    expect(answer(page, "red")).to_contain_text("Unknown")
    assert CheckIn.objects.live().count() == 1


def test_what_is_typed_before_the_response_arrives_is_kept(page, open_door_page):
    ticket = make_ticket()
    open_door_page(page, ticket.performance)
    page.evaluate(
        "document.addEventListener('htmx:afterSwap',"
        " () => { document.getElementById('text').value = 'next'; }, { once: true })"
    )
    enter_text(page, code_of(ticket))
    expect(answer(page, "green")).to_contain_text("row A, seat 1")
    page.wait_for_timeout(200)  # The page would have emptied the field by then.
    expect(page.get_by_label("Ticket code, order number or name")).to_have_value("next")


def test_it_is_accessible_and_fits_a_phone(browser_context, live_server, open_door_page):
    ticket = make_ticket()
    page = browser_context(phone=True, base_url=live_server.url).new_page()
    open_door_page(page, ticket.performance)
    for text, tone in [(code_of(ticket), "green"), (code_of(ticket), "amber"), ("nobody", "red")]:
        enter_text(page, text)
        expect(answer(page, tone)).to_be_visible()
        assert faults_of(page) == []
    enter_text(page, "alice")
    expect(page.get_by_role("heading", name="1 ticket found")).to_be_visible()
    assert faults_of(page) == []
    page.goto("/door/")
    assert faults_of(page) == []


def test_it_works_without_javascript(browser_context, live_server, open_door_page, tmp_path):
    ticket = make_ticket()
    page = browser_context(javascript=False, base_url=live_server.url).new_page()
    open_door_page(page, ticket.performance)
    picture = tmp_path / "code.png"
    segno.make(code_of(ticket), error="m").save(str(picture), scale=6)
    page.get_by_text("Take a photo of the code").click()
    page.get_by_label("Photo of the code").set_input_files(picture)
    page.get_by_role("button", name="Read code").click()
    expect(answer(page, "green")).to_contain_text("row A, seat 1")
    page.get_by_role("button", name="Undo").click()
    expect(answer(page, "amber")).to_contain_text("Undone")


def test_it_works_offline(page, open_door_page):
    """Genuine codes are stored in the browser and sent once when the connection is back."""
    performance = make_sale()
    ticket, other = make_ticket(performance), make_ticket()
    open_door_page(page, performance)
    page.context.set_offline(True)
    enter_text(page, code_of(ticket))
    expect(answer(page, "amber")).to_contain_text("not confirmed")
    expect(page.get_by_text("1 scan waiting to be sent.")).to_be_visible()
    enter_text(page, code_of(ticket))
    expect(answer(page, "red")).to_contain_text("Already scanned")
    enter_text(page, code_of(other))
    expect(answer(page, "amber")).to_contain_text("Another performance")
    code = code_of(ticket)
    enter_text(page, f"{code[:-9]}{'B' if code[-9] == 'A' else 'A'}{code[-8:]}")
    expect(answer(page, "red")).to_contain_text("Invalid code")
    enter_text(page, "alice")
    expect(answer(page, "amber")).to_contain_text("Offline")
    assert not CheckIn.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("1 scan waiting to be sent.")).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == ticket


def test_it_sells_and_cashes_up_on_a_phone(browser_context, live_server, open_door_page):
    """In the dark theme; `faults_of` checks the colours of the light one as well."""
    performance = make_sale(concessions={"Child": 50})
    page = browser_context(phone=True, dark=True, base_url=live_server.url).new_page()
    open_door_page(page, performance, role=Role.BOX_OFFICE)
    page.get_by_role("link", name="Sell tickets").click()
    page.wait_for_url("**/sell/")
    assert faults_of(page) == []
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", name="Total: €135")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("link", name="Open till").click()
    expect(page.get_by_label("Till")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Till").fill("Main door")
    page.get_by_label("Float").fill("100")
    page.get_by_role("button", name="Open till").click()
    page.get_by_role("button", name="€140").click()
    expect(page.get_by_text("Change: 5")).to_be_visible()
    page.get_by_role("button", name="Payment received").click()
    expect(page.get_by_role("heading", name="Sold: €135")).to_be_visible()
    expect(page.get_by_text("Paid in cash")).to_be_visible()
    expect(page.get_by_text("Change: €5")).to_be_visible()
    assert faults_of(page) == []
    cash_up(page)


def cash_up(page):
    """Count the cash of the till, €5 less than it should hold, and close it."""
    page.goto("/till/")
    expect(page.get_by_role("link", name="Cash up")).to_be_visible()
    page.get_by_text("Put cash in or take it out").click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Cash up").click()
    page.get_by_label("€10", exact=True).fill("23")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Difference: -€5")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Note").fill("Miscounted.")
    page.get_by_role("button", name="Close till").click()
    expect(page.get_by_role("heading", name="Cash-up: Main door")).to_be_visible()
    assert faults_of(page) == []
