"""What customers do on the website: they buy tickets, and pay at Stripe."""

import re

from playwright.sync_api import expect

from .people import button, order_of


def customers_buy_online(week):
    """Alice and three friends, one in a wheelchair; Wanda and Rita on the other dates."""
    first, second, third = week.performances
    page = _open(week, first)
    page.get_by_label("Tickets").select_option("4")
    page.get_by_label("I need a wheelchair space").check()
    button(page, "Find seats").click()
    _order(page, "Alice Archer", 4)
    for performance, seats, name in [
        (second, ["A1", "A2"], "Wanda Weber"),
        (third, ["A1"], "Rita Richter"),
    ]:
        page = _open(week, performance)
        for label in seats:
            wanted = f"Stalls, row {label[0]}, seat {label[1:]},"
            page.get_by_role("checkbox", name=wanted).check(force=True)
        button(page, "Add to basket").click()
        _order(page, name, len(seats))


def _open(week, performance):
    page = week.customer()
    page.goto("/")
    page.get_by_role("link", name="First Night").first.click()
    page.locator(f"a[href$='/performances/{performance.pk}/']").first.click()
    return page


def _order(page, name, quantity):
    page.get_by_role("link", name="Go to basket").first.click()
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
