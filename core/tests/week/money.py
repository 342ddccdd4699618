"""Money: who refunded, the bank, the promoter, the accountant; and safety."""

import csv
import io
import re
from collections import Counter
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import expect

from bookings.ledger.audit import audit
from bookings.models import Order
from core.testing.clicks import within_aim
from finance.models import BankTransfer, Settlement
from finance.reconciliation.staff_tasks import update_tasks
from finance.tests.provider_sales import pay_out
from finance.tests.statement_files import camt_entry, camt_file
from organisation.models import Organisation
from payments.models import Payout

from .people import button, expect_text, order_of, performance_path, work

ACCOUNTS = [
    ("revenue", "7", "8300"),
    ("revenue", "19", "8400"),
    ("refunds", "7", "8700"),
    ("clearing", "stripe", "1361"),
    ("provider_fees", "", "4970"),
    ("bank", "", "1200"),
    ("cash", "", "1000"),
    ("terminal", "", "1365"),
    ("cash_transit", "", "1360"),
]


def find_out_who_refunded(week):
    order = Order.objects.get(name="Alice Archer", channel="web")
    finance = week.open("finance", f"/admin/bookings/order/?q={order.reference}")
    with within_aim(finance, 29):
        finance.get_by_role("link", name=order.reference).first.click()
        rows = finance.locator("tr", has_text="Loud neighbours")
        expect(rows.filter(has_text="Carla").first).to_be_visible()


def import_the_bank_statement(week):
    """The group's transfer names its order, the provider's nothing that could be recognised."""
    work()
    pay_out(week.sandbox)
    payout, group = Payout.objects.get(), order_of("Gymnasium Nord")
    file = camt_file(
        camt_entry(str(group.total), f"Invoice {group.reference}", reference="1"),
        camt_entry(str(payout.amount - 1), "Thank you", reference="2", payer="A bank"),
    )
    finance = week.open("finance", "/admin/finance/bankstatement/")
    finance.get_by_role("link", name=re.compile("Import bank statement")).first.click()
    finance.locator("[name=file]").set_input_files(
        {"name": "november.xml", "mimeType": "application/xml", "buffer": file}
    )
    finance.get_by_role("button", name=re.compile("^Import")).last.click()
    expect_text(finance, re.compile("2 .*transfers"))
    group.refresh_from_db()
    assert group.status == "paid"
    update_tasks()


def match_a_payout(week):
    payout, transfer = Payout.objects.get(), BankTransfer.objects.get(payer="A bank")
    finance = week.open("finance", f"/admin/finance/banktransfer/{transfer.pk}/change/")
    with within_aim(finance, 28):
        finance.get_by_role("link", name=re.compile("Assign to payout")).first.click()
        finance.locator("[name=payout]").fill(payout.provider_reference)
        button(finance, "Assign").click()
        expect_text(finance, "The transfer is matched with the payout.")
        finance.get_by_role("link", name=re.compile("Payouts$")).first.click()
        finance.locator("#result_list tbody a").first.click()
        order = Order.objects.get(name="Alice Archer", channel="web")
        expect_text(finance, f"Payment · {order.reference}")


def settle_with_the_promoter(week):
    finance = week.open("finance", performance_path(week.first_night))
    with within_aim(finance, 26):
        finance.get_by_role("link", name=re.compile("Settle with promoter")).first.click()
        finance.locator("[name=deal]").select_option("percentage")
        finance.locator("[name=percentage]").fill("60")
        finance.locator("[name=_save]").click()
        finance.get_by_role("link", name="Issue", exact=True).click()
        button(finance, "Issue").click()
        expect_text(finance, "The settlement has been issued.")
    settlement = Settlement.objects.get()
    assert settlement.is_issued and settlement.to_pay > 0
    assert settlement.promoter == "Nightingale Concerts, 1 Mill Lane"


def enter_the_accounts(week):
    """Once: the numbers that the accountant has named."""
    finance = week.open("finance", "/admin/finance/journalaccount/add/")
    for purpose, detail, number in ACCOUNTS:
        finance.locator("[name=purpose]").select_option(purpose)
        finance.locator("[name=detail]").fill(detail)
        finance.locator("[name=number]").fill(number)
        finance.locator("[name=_addanother]").click()
        expect_text(finance, "was added successfully")


def export_the_month_for_the_accountant(week):
    finance = week.open("finance", "/admin/finance/journalaccount/")
    today = timezone.localdate()
    with within_aim(finance, 27):
        finance.get_by_role("link", name=re.compile("Export month")).first.click()
        finance.locator("[name=year]").fill(str(today.year))
        finance.locator("[name=month]").fill(str(today.month))
        with finance.expect_download() as download:
            button(finance, "Download").click()
    assert download.value.suggested_filename == f"journal-{today:%Y-%m}.csv"
    text = download.value.path().read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    taxed = Counter()
    for line in lines:
        taxed[line["Account"], line["Contra account"], line["Tax rate"]] += Decimal(line["Amount"])
    # Tickets are taxed at the rate of their venue, and so is what is refunded.
    assert taxed["1361", "8300", "7"] == 405
    assert taxed["8700", "1361", "7"] == 145
    assert taxed["1000", "8300", "7"] == 99
    assert taxed["1365", "8400", "19"] == 30


def oblige_staff_to_a_second_factor(week):
    manager = week.open("manager", "/admin/organisation/organisation/")
    with within_aim(manager, 30):
        manager.locator("[name=staff_second_factor_required]").check()
        manager.locator("[name=_save]").click()
        manager.wait_for_load_state()
    assert Organisation.objects.get().staff_second_factor_required
    assert "/second-factor/" in week.open("box office", "/admin/").url
    assert audit() == []


MONEY = [
    find_out_who_refunded,
    import_the_bank_statement,
    match_a_payout,
    settle_with_the_promoter,
    enter_the_accounts,
    export_the_month_for_the_accountant,
    oblige_staff_to_a_second_factor,
]
