"""What customers do on the website: they buy tickets, and pay at Stripe."""

import re

from playwright.sync_api import expect

from .people import button, order_of


def customers_buy_online(week):
    """Alice, with a dog, and three friends, one in a wheelchair; later Wanda stands, Rita sits."""
    first, second, third = week.performances
    page = _open(week, first)
    page.get_by_label("Tickets", exact=True).select_option("4")
    page.get_by_label("I need a wheelchair space").check()
    button(page, "Find seats").click()
    _go_to_basket(page)
    _order(page, "Alice Archer", 4, access="Guide dog")
    page = _open(week, second)
    page.get_by_label("Tickets for Gallery").select_option("2")
    page.locator("form", has=page.get_by_label("Tickets for Gallery")).get_by_role("button").click()
    _go_to_basket(page)
    _order(page, "Wanda Weber", 2)
    page = _open(week, third)
    page.get_by_role("checkbox", name="Stalls, row A, seat 1,").press("Space")
    button(page, "Add to basket").click()
    _order(page, "Rita Richter", 1)


def _open(week, performance):
    page = week.customer()
    page.goto("/")
    page.get_by_role("link", name="First Night").first.click()
    page.locator(f"a[href$='/performances/{performance.pk}/']").first.click()
    return page


def _go_to_basket(page):
    page.get_by_role("link", name="Go to basket").first.click()


def _order(page, name, quantity, access=""):
    page.get_by_label("Access requirements").fill(access)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@example.com")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name=re.compile("^Order and pay")).click()
    pay_at_stripe(page)
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(quantity)
    order = order_of(name)
    assert (order.status, order.quantity, order.total) == ("paid", quantity, 45 * quantity)


def pay_at_stripe(page):
    page.get_by_role("button", name=re.compile(r"^Pay \d")).click()
    page.wait_for_url("**/orders/**")
