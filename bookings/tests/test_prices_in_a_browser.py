"""Prices in a browser: the grid with copy and paste, members' prices, questions."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.tests.browser import log_in, submit_log_in
from accounts.tests.factories import make_staff
from accounts.tests.factories import make_user as make_account
from bookings.models import Order
from core.testing.page_faults import faults_of
from shows.models import ConcessionType, Performance, PriceList
from shows.questions import clear_cached_questions
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession, make_performance, make_question

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_plan, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(input, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const options = { clipboardData, bubbles: true, cancelable: true };
  input.dispatchEvent(new ClipboardEvent("paste", options));
}"""


def make_draft():
    sections = [seated(name=name, category=name, rows=1) for name in ("Stalls", "Circle")]
    performance = make_performance(
        plan=make_plan(sections=sections),
        prices={"Stalls": (45, 5), "Circle": (30, 3)},
        opened=False,
    )
    make_concession(performance=performance, name="Student")
    return performance


def grid_of(performance):
    return f"/admin/shows/performance/{performance.pk}/price-grid/"


def prices(performance):
    return [(row.name, int(row.price)) for row in performance.price_categories.all()]


def test_a_manager_pastes_prices_from_a_spreadsheet(browser_context, live_server):
    performance = make_draft()
    page = browser_context(base_url=live_server.url).new_page()
    log_in(page, email=make_staff(Role.MANAGER).email, path=grid_of(performance))
    first = page.get_by_label(re.compile("^Stalls, full price"))
    second = page.get_by_label(re.compile("^Circle, full price"))
    student = page.get_by_label(re.compile("^Stalls, Student"))
    expect(student).to_have_attribute("placeholder", "36.00")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copy all")
    copy.click()
    expect(page.get_by_role("status")).to_have_text("The table has been copied.")
    expect(copy).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line.split("\t")[1:3] for line in copied[-2:]] == [["45.00", "5.00"], ["30.00", "3.00"]]
    first.evaluate(PASTE, "50\t6\t25\n40\t4\t\n")
    expect(page.get_by_role("status")).to_have_text("Cells filled: 6")
    expect(second).to_have_value("40")
    expect(student).to_have_value("25")
    page.get_by_role("button", name="Undo paste").click()
    expect(second).to_have_value("30.00")
    first.evaluate(PASTE, "50\t6\t25\n40\t4\t\n")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.type("41")
    page.get_by_role("button", name="Save prices").click()
    expect(page.get_by_text("Prices saved.")).to_be_visible()
    assert prices(performance) == [("Stalls", 50), ("Circle", 41)]
    assert performance.concessions.get().prices == {"Stalls": "25.00"}


def test_the_grid_works_without_javascript(browser_context, live_server):
    performance = make_draft()
    page = browser_context(base_url=live_server.url, javascript=False).new_page()
    log_in(page, email=make_staff(Role.MANAGER).email, path=grid_of(performance))
    page.get_by_label(re.compile("^Stalls, full price")).fill("48,00")
    page.locator(".price-grid-form button[type=submit]").click()
    assert prices(performance) == [("Stalls", 48), ("Circle", 30)]


def test_a_manager_adds_a_concession_and_offers_it(browser_context, live_server):
    performance = make_draft()
    page = browser_context(base_url=live_server.url).new_page()
    log_in(page, email=make_staff(Role.MANAGER).email, path="/admin/shows/concessiontype/add/")
    page.locator("[name=name]").fill("Group")
    page.locator("[name=value]").fill("15")
    page.locator("[name=group_from]").fill("10")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(
        page.locator("#result_list").get_by_role("link", name="Group", exact=True)
    ).to_be_visible()
    kind = ConcessionType.objects.get(name="Group")
    page.goto(f"/admin/shows/performance/{performance.pk}/change/")
    page.locator("[name=concessions-0-kind]").select_option(str(kind.pk))
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile("/admin/shows/performance/$"))
    concession = Performance.objects.get().concessions.get()
    assert (concession.name, concession.value) == ("Group", 15)


def test_box_office_makes_a_member_who_then_pays_the_members_price(browser_context, live_server):
    alice = make_account("alice@example.com", name="Alice Archer")
    clerk = browser_context(base_url=live_server.url).new_page()
    log_in(
        clerk,
        email=make_staff(Role.BOX_OFFICE).email,
        path=f"/admin/accounts/user/{alice.pk}/membership/",
    )
    clerk.get_by_label("Member number").fill("M-7")
    clerk.get_by_role("button", name="Save membership").click()
    expect(clerk.get_by_text("Membership saved.")).to_be_visible()
    assert User.objects.get(pk=alice.pk).member_number == "M-7"

    sale = make_sale()
    make_concession(performance=sale, name="Member", value=100, members_only=True, max_per_order=1)
    clear_cached_terms()
    guest = make_customer()
    hold = make_hold(performance=sale, customer=guest, labels=["A1"])
    page = browser_context(base_url=live_server.url).new_page()
    page.context.add_cookies([cookie_of(guest) | {"url": live_server.url}])
    page.goto(hold.get_absolute_url())
    choice = page.get_by_label(re.compile("^Concession for"))
    choice.select_option(label="Member, €0 – for members, at most 1")
    expect(page.get_by_text("For members. Please log in to your member account.")).to_be_visible()
    expect(page.locator("#lines .total .price-large")).to_have_text("€45")
    assert faults_of(page) == []
    page.locator("#lines").get_by_role("link", name="Log in").click()
    submit_log_in(page, email=alice.email, path=hold.get_absolute_url())
    expect(page.locator("#lines .total .price-large")).to_have_text("€0")


@pytest.mark.parametrize("javascript", [True, False])
def test_customers_answer_questions(browser_context, live_server, javascript):
    make_question("Meal", kind="choice", choices={"en": ["Meat", "Fish"]}, per="ticket")
    heard = make_question("Your school", is_required=True)
    clear_cached_questions()
    guest = make_customer()
    hold = make_hold(customer=guest)
    context = browser_context(
        base_url=live_server.url, javascript=javascript, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    context.add_cookies([cookie_of(guest) | {"url": live_server.url}])
    page.goto(hold.get_absolute_url())
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_label(re.compile("^Meal")).first.select_option("Fish")
    pay = page.get_by_role("button", name="Order and pay €90")
    pay.click()
    expect(page.locator(f"#id_question_{heard.pk}_error")).to_have_text("This field is required.")
    expect(page.get_by_label(re.compile("^Meal")).first).to_have_value("Fish")
    if javascript:
        assert faults_of(page) == []
    page.get_by_label("Your school").fill("Albert Schweitzer")
    pay.click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    details = Order.objects.get().details
    assert sorted(details.values()) == ["Albert Schweitzer", "Fish"]


def test_a_manager_plans_a_season_from_a_template(browser_context, live_server):
    performance = make_draft()
    price_list = PriceList.objects.create(name="Weekend", currency="EUR")
    for name, price in (("Stalls", 60), ("Circle", 40)):
        price_list.categories.create(name=name, price=price)
    page = browser_context(base_url=live_server.url, phone=True).new_page()
    save = f"/admin/shows/performance/{performance.pk}/save-template/"
    log_in(page, email=make_staff(Role.MANAGER).email, path=save)
    page.get_by_label("Name").fill("Saturday")
    page.get_by_role("button", name="Save template").click()
    expect(page.get_by_text("Template saved.")).to_be_visible()

    page.goto(f"{page.url.removesuffix('change/')}new-performance/")
    page.get_by_label(re.compile("^Date")).first.fill("2035-03-03")
    page.get_by_role("button", name="Create draft").click()
    page.wait_for_url(re.compile(r"/admin/shows/performance/\d+/change/"))
    draft = Performance.objects.order_by("-pk").first()
    assert draft.price_categories.count() == 2

    page.goto(f"/admin/shows/performance/{draft.pk}/repeat/")
    page.get_by_label("First date").fill("2035-03-10")
    page.get_by_label("Last date").fill("2035-03-31")
    page.get_by_label("Saturday").check()
    page.get_by_label("Skipped dates").fill("2035-03-17")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".date-calendar .has-dates")).to_have_count(3)
    expect(page.locator(".date-calendar .is-skipped")).to_have_text(re.compile("^17"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Create 3 drafts").click()
    expect(page.get_by_text("3 drafts created")).to_be_visible()

    rows = page.locator("#result_list input[name=_selected_action]")
    for number in range(rows.count()):
        rows.nth(number).check()
    page.locator("select[name=action]").first.select_option("apply_prices")
    page.locator("button[name=index]").first.click()
    page.get_by_label("Price list").select_option(label="Weekend")
    page.get_by_role("button", name="Apply price list").click()
    expect(page.get_by_text("5 drafts have new prices.")).to_be_visible()
    assert prices(draft) == [("Stalls", 60), ("Circle", 40)]
