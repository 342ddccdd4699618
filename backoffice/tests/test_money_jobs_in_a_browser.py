"""Prices, the books and the second factor in a browser, with the clicks counted."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.aftersale.partial_refunds import refund_amount
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.clicks import within_aim
from finance.models import JournalAccount, Settlement
from finance.reconciliation.staff_tasks import update_tasks
from finance.tests.test_admin_reconciliation import make_payout, make_transfer
from finance.tests.test_journal import NUMBERS
from organisation.models import Organisation, Promoter
from organisation.tests.factories import set_organisation
from shows.models import PriceCategory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log_in(browser_context, live_server):
    def start(role, path):
        page = browser_context(base_url=live_server.url).new_page()
        browser.log_in(page, email=make_staff(role).email, path=path)
        return page

    return start


def choose(page, action):
    page.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    page.get_by_role("link", name=action).first.click()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_price_is_changed_while_tickets_are_on_sale(log_in):
    performance = make_sale()
    page = log_in(Role.MANAGER, f"/admin/shows/performance/{performance.pk}/change/")
    with within_aim(page, 8):
        choose(page, "Change prices")
        expect(page.locator("form.max-w-3xl input:checked")).to_have_count(0)
        page.get_by_label("Regular", exact=True).check()
        page.get_by_label("Amount or percentage").fill("49.50")
        page.get_by_label("Reason").fill("It sells well.")
        button(page, "Preview").click()
        expect(page.get_by_text("€49.50").first).to_be_visible()
        button(page, "Change prices").click()
        expect(page.get_by_text("1 price changed.")).to_be_visible()
    assert PriceCategory.objects.get(performance=performance).price == 49.5


def test_a_promoter_is_settled_with(log_in):
    performance = make_sale()
    promoter = Promoter.objects.create(name="Nightingale Concerts", address="1 Mill Lane")
    type(performance.show).objects.filter(pk=performance.show_id).update(promoter=promoter)
    make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))
    page = log_in(Role.FINANCE, f"/admin/shows/performance/{performance.pk}/change/")
    with within_aim(page, 26):
        page.get_by_role("link", name=re.compile("Settle with promoter")).first.click()
        page.locator("[name=deal]").select_option("percentage")
        page.locator("[name=percentage]").fill("60")
        page.locator("[name=_save]").click()
        page.get_by_role("link", name="Issue", exact=True).click()
        button(page, "Issue").click()
        expect(page.get_by_text("The settlement has been issued.")).to_be_visible()
    settlement = Settlement.objects.get()
    assert settlement.is_issued and settlement.to_pay > 0
    assert settlement.promoter == "Nightingale Concerts, 1 Mill Lane"


def test_the_journal_of_a_month_is_exported_for_the_accountant(log_in):
    for (purpose, detail), number in NUMBERS.items():
        JournalAccount.objects.create(purpose=purpose, detail=detail, number=number)
    page = log_in(Role.FINANCE, "/admin/finance/journalaccount/")
    with within_aim(page, 27):
        page.get_by_role("link", name=re.compile("Export month")).first.click()
        with page.expect_download() as download:
            button(page, "Download").click()
    assert re.fullmatch(r"journal-\d{4}-\d\d\.csv", download.value.suggested_filename)


def test_a_payout_is_matched_with_its_orders_and_the_bank(log_in):
    payout = make_payout()
    transfer = make_transfer(payout.amount)
    update_tasks()
    page = log_in(Role.FINANCE, f"/admin/finance/banktransfer/{transfer.pk}/change/")
    with within_aim(page, 28):
        page.get_by_role("link", name=re.compile("Assign to payout")).first.click()
        page.locator("[name=payout]").fill(payout.provider_reference)
        button(page, "Assign").click()
        expect(page.get_by_text("The transfer is matched with the payout.")).to_be_visible()
        page.get_by_role("link", name=re.compile("Payouts$")).first.click()
        page.locator("#result_list tbody a").first.click()
        expect(page.get_by_text("Payment · ORDER001").first).to_be_visible()


def test_who_refunded_an_order_is_on_its_page(log_in):
    order = make_paid_order()
    clerk = make_staff(Role.BOX_OFFICE, "carla@concert.example")
    clerk.name = "Carla Clerk"
    clerk.save()
    refund_amount(
        order=order,
        amount=Decimal(10),
        actor=f"staff:{clerk.pk}",
        reason="Loud neighbours",
        request_key="k",
    )
    page = log_in(Role.FINANCE, f"/admin/bookings/order/?q={order.reference}")
    with within_aim(page, 29):
        page.get_by_role("link", name=order.reference).first.click()
        rows = page.locator("tr", has_text="Loud neighbours")
        expect(rows.filter(has_text="Carla Clerk").first).to_be_visible()


def test_staff_are_obliged_to_a_second_factor(log_in):
    set_organisation(name="Northlight")
    page = log_in(
        Role.MANAGER,
        f"/admin/organisation/organisation/{Organisation.objects.get().pk}/change/",
    )
    with within_aim(page, 30):
        page.locator("[name=staff_second_factor_required]").check()
        page.locator("[name=_save]").click()
        page.wait_for_load_state()
    assert Organisation.objects.get().staff_second_factor_required
