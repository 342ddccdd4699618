"""Where the focus goes: to the summary of errors, and never away when a part of a page changes."""

import re

import pytest
from playwright.sync_api import expect

from core.testing.page_faults import faults_of

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, DESKTOP = {"width": 375, "height": 740}, {"width": 1440, "height": 900}


@pytest.fixture
def alice():
    return make_customer()


def become(page, customer, live_server):
    page.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])


def focused_text(page):
    return page.evaluate("document.activeElement.innerText")


@pytest.mark.parametrize(("javascript", "size"), [(True, PHONE), (True, DESKTOP), (False, PHONE)])
def test_the_errors_of_the_basket_have_the_focus(
    browser_context, alice, live_server, javascript, size
):
    page = browser_context(
        javascript=javascript, base_url=live_server.url, viewport=size
    ).new_page()
    become(page, alice, live_server)
    page.goto(make_hold(customer=alice).get_absolute_url())
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_role("button", name="Order and pay €90").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Please check 2 entries")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport(ratio=0.9)
    page.get_by_role("link", name="E-mail address: Enter your e-mail address.").click()
    field = page.get_by_label("E-mail address")
    expect(field).to_be_focused()
    # The countdown, which stays at the top, does not cover the field.
    bottom = page.locator("#countdown").bounding_box()
    assert field.bounding_box()["y"] >= bottom["y"] + bottom["height"]
    if javascript:
        assert page.title().startswith("Error: ")
        assert faults_of(page) == []


@pytest.mark.both_sizes
def test_the_errors_of_an_account_have_the_focus(page):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name=re.compile("^Password: ")).click()
    expect(page.get_by_label("Password")).to_be_focused()


@pytest.mark.both_sizes
def test_the_errors_of_an_address_to_send_tickets_to_have_the_focus(page, subtests):
    page.goto("/orders/send-again/")
    field = page.get_by_role("textbox", name="E-mail address")
    send = page.get_by_role("button", name="Resend tickets")
    errors = {
        "": "Enter the e-mail address you booked with.",
        "alice@": "Enter a valid e-mail address.",
    }
    for typed, error in errors.items():
        with subtests.test(typed=typed):
            field.fill(typed)
            send.click()
            summary = page.locator("[data-error-summary]")
            expect(summary).to_contain_text(error)
            expect(summary).to_be_focused()
            expect(summary).to_be_in_viewport(ratio=1)
            assert page.title().startswith("Error: ")
            # The field says it as well, and keeps what was typed.
            expect(field).to_have_accessible_description(re.compile(re.escape(error)))
            expect(field).to_have_attribute("aria-invalid", "true")
            expect(field).to_have_value(typed)
            page.get_by_role("link", name=f"E-mail address: {error}").click()
            expect(field).to_be_focused()
            expect(field).to_be_in_viewport(ratio=1)
    assert faults_of(page) == []
    field.fill("alice@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()


@pytest.mark.both_sizes
def test_the_focus_stays_where_a_button_disappears(page, alice, live_server, subtests):
    become(page, alice, live_server)
    page.goto(make_hold(labels=["A1", "A2", "A3"], customer=alice).get_absolute_url())
    with subtests.test("removing a ticket moves it to the next"):
        button = page.get_by_role("button", name="Remove Stalls, row A, seat 2")
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_count(0)
        expect(page.get_by_role("button", name="Remove Stalls, row A, seat 3")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Remove Stalls, row A, seat 1")).to_be_focused()
        expect(page.locator("#basket-status")).to_have_text("1 ticket, total €45")
    page.get_by_role("button", name="Add 5 minutes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("already extended once")).to_be_visible()
    expect(page.locator("#countdown")).to_be_focused()


def test_a_request_of_the_page_itself_does_not_bring_the_focus_back(page, alice, live_server):
    become(page, alice, live_server)
    page.goto(make_hold(customer=alice).get_absolute_url())
    page.get_by_role("button", name="Add 5 minutes").focus()
    page.evaluate(
        """() => new Promise((done) => {
            const source = document.querySelector("#basket-status");
            const once = (name, act) => document.addEventListener(name, act, { once: true });
            once("htmx:beforeRequest", () => document.activeElement.blur());
            once("htmx:afterRequest", () => setTimeout(done, 200));
            htmx.ajax("GET", "/healthz", { source, target: source, swap: "none" });
        })"""
    )
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.both_sizes
def test_the_focus_stays_on_a_button_that_was_refused(page, alice, live_server):
    become(page, alice, live_server)
    performance = make_sale()
    page.goto(performance.get_absolute_url())
    page.get_by_role("button", name="Add to basket").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Select at least one")
    expect(page.get_by_role("button", name="Add to basket")).to_be_focused()


@pytest.mark.both_sizes
def test_cancelling_without_a_choice_links_to_the_tickets(page, alice, live_server):
    order = make_paid_order(hold=make_hold(customer=alice))
    become(page, alice, live_server)
    page.goto(f"{order.get_absolute_url()}cancel/?ticket={order.in_order()[0].pk}")
    page.locator("input[name=ticket]").evaluate("it => it.remove()")
    page.get_by_role("button", name="Cancel 1 ticket").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Select at least one ticket.").click()
    expect(page.get_by_role("checkbox").first).to_be_focused()


@pytest.mark.both_sizes
def test_a_changed_basket_says_so_first(page, alice, live_server):
    hold = make_hold(customer=alice)
    become(page, alice, live_server)
    page.goto(hold.get_absolute_url())
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()
    make_hold(performance=hold.performance, labels=["B1"], customer=alice)
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page.get_by_role("alert")).to_contain_text("is new in your basket")
    expect(page.get_by_role("alert")).to_be_focused()
