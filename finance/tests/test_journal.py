"""The accountant's export: each movement on two accounts, in sum zero."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.staff_operations.counter_payments import take_payment
from bookings.tests.factories import make_hold, make_order, make_paid_order, make_sale
from core.admin.confirmation import CONFIRMED
from finance.exceptions import AccountsMissing, OtherCurrencyInJournal
from finance.journal.files import COLUMNS, journal_csv, journal_datev
from finance.journal.month import balances_of, bookings_of, check_journal, journal_of
from finance.models import JournalAccount, JournalSettings
from finance.reconciliation.month import month_report
from finance.till.sessions import close_till, move_cash, open_session_of
from organisation.tests.factories import make_seller
from payments.charges import settle_payment, start_payment
from payments.models import Payment
from payments.refunds import send_refunds
from shows.models import Show

from .factories import make_invoice, make_order_to_invoice, make_taxed_sale, with_till
from .provider_sales import dispute, pay_out, refund, sell_online

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = {
    ("revenue", "7"): "8300",
    ("revenue", "19"): "8400",
    ("fees", ""): "8410",
    ("refunds", ""): "8700",
    ("clearing", ""): "1361",
    ("clearing", "stripe"): "1362",
    ("bank", ""): "1200",
    ("cash", ""): "1000",
    ("cash_transit", ""): "1360",
    ("cash_differences", ""): "2300",
    ("provider_fees", ""): "4970",
    ("chargebacks", ""): "2400",
    ("unfulfilled", ""): "1590",
}
URL = "/admin/finance/journalaccount/export-journal/"


@pytest.fixture
def accounts():
    for (purpose, detail), number in NUMBERS.items():
        JournalAccount.objects.create(purpose=purpose, detail=detail, number=number)


def today():
    return timezone.localdate()


def amounts(month=None):
    """Return the balance of each account that is not zero: debits less credits."""
    balances = balances_of(bookings_of(month or today()))
    assert sum(balances.values()) == 0
    return {
        (side.purpose, side.detail): total for (side, _currency), total in balances.items() if total
    }


def taxed_order(labels=("A1", "A3")):
    return make_paid_order(hold=make_hold(performance=make_taxed_sale(), labels=labels))


def test_a_sale_is_split_by_tickets_fees_and_rates():
    taxed_order()
    assert amounts() == {
        ("clearing", "demo"): 90,
        ("revenue", "7"): -80,
        ("fees", "19"): -10,
    }


def test_a_cancelled_ticket_is_refunded_at_its_rates():
    order = taxed_order()
    ticket = order.tickets.first()
    cancel_tickets(order=order, ticket_ids=[ticket.pk], actor="staff:1", by_staff=True)
    assert ("refunds", "7") not in amounts(), "It has not been sent yet."
    send_refunds()
    found = amounts()
    assert (found["refunds", "7"], found["refunds", "19"]) == (40, 5)
    assert found["clearing", "demo"] == 45


def test_a_goodwill_refund_is_a_share_of_all_rates():
    order = taxed_order()
    refund_amount(order=order, amount=Decimal(9), actor="staff:1", reason="x", request_key="k")
    send_refunds()
    found = amounts()
    assert (found["refunds", "7"], found["refunds", "19"]) == (8, 1)


def test_money_without_an_order_is_no_revenue():
    payment = start_payment(
        purpose="BANKTRANSFER1",
        amount=Decimal(12),
        currency="EUR",
        description="x",
        return_url="/",
        provider="transfer",
    )
    settle_payment(payment, taken_by="staff:1")
    assert amounts() == {("bank", ""): 12, ("unfulfilled", ""): -12}


def test_payouts_fees_and_disputes(stripe_sandbox):
    performance = make_taxed_sale()
    sell_online(stripe_sandbox, performance, ["A1"])
    dispute(stripe_sandbox, sell_online(stripe_sandbox, performance, ["A3"]), won=False)
    dispute(stripe_sandbox, sell_online(stripe_sandbox, performance, ["A5"]), won=True)
    pay_out(stripe_sandbox)
    months = {today().replace(day=1), today() + timedelta(days=3)}
    found = {}
    for month in {month.replace(day=1) for month in months}:
        for key, amount in amounts(month).items():
            found[key] = found.get(key, 0) + amount
        [account] = month_report(month).accounts
        assert amounts(month).get(("clearing", "stripe"), 0) == account.moved
    # Three payments, one of them lost; fees of 0.93 each and of two disputes.
    assert found["chargebacks", "stripe"] == 45
    assert found["provider_fees", "stripe"] == Decimal("42.79")
    assert found["bank", ""] == 3 * 45 - 45 - Decimal("42.79")
    assert found.get(("clearing", "stripe"), 0) == 0


def test_cash_that_is_moved_or_missing():
    cashier = with_till(make_staff(Role.MANAGER))
    order = make_order(hold=make_hold(performance=make_taxed_sale(), labels=["A1"]))
    take_payment(order=order, method="cash", staff=cashier)
    session = open_session_of(cashier)
    move_cash(session=session, amount=Decimal(-100), reason="To the safe", cashier=cashier)
    close_till(session=session, count={Decimal(1): 44}, note="Miscounted")
    found = amounts()
    assert found["cash", ""] == 45 - 100 - 1
    assert (found["cash_transit", ""], found["cash_differences", ""]) == (100, 1)


def test_missing_accounts_are_named(accounts):
    taxed_order()
    JournalAccount.objects.filter(purpose__in=["fees", "clearing"]).delete()
    with pytest.raises(AccountsMissing) as refusal:
        journal_of(today())
    assert refusal.value.names == ["payment provider (demo)", "booking and order fees at 19%"]


def test_the_account_of_a_rate_or_provider_comes_first(accounts):
    taxed_order()
    JournalAccount.objects.create(purpose="clearing", detail="demo", number="1363", tax_code="")
    JournalAccount.objects.filter(purpose="fees").update(tax_code="3")
    lines = {line.contra: line for line in journal_of(today())}
    assert set(lines) == {"8300", "8410"}
    assert {line.account for line in lines.values()} == {"1363"}
    assert lines["8410"].tax_code == "3" and lines["8410"].rate == "19"
    assert lines["8300"].amount == 80


def test_the_document_is_the_invoice_or_the_order(accounts):
    order = make_order_to_invoice()
    assert {line.document for line in journal_of(today())} == {order.reference}
    invoice = make_invoice(order)
    assert {line.document for line in journal_of(today())} == {invoice.number}


def test_a_negative_booking_has_its_sides_exchanged(accounts, stripe_sandbox):
    performance = make_taxed_sale()
    dispute(stripe_sandbox, sell_online(stripe_sandbox, performance), won=True)
    lines = [line for line in journal_of(today()) if "2400" in (line.account, line.contra)]
    assert [(line.account, line.contra) for line in lines] == [("2400", "1362"), ("1362", "2400")]
    assert all(line.amount == 45 for line in lines)


def test_the_csv_has_a_line_for_each_booking(accounts):
    taxed_order()
    rows = list(csv.reader(io.StringIO(journal_csv(journal_of(today())).decode("utf-8-sig"))))
    assert rows[0][:5] == ["Date", "Account", "Contra account", "Tax code", "Amount"]
    assert [row[1:6] for row in rows[1:]] == [
        ["1361", "8410", "", "10.00", "EUR"],
        ["1361", "8300", "", "80.00", "EUR"],
    ]


def test_the_datev_file_has_its_header_and_columns(accounts):
    JournalSettings.objects.create(consultant=12345, client=678, year_begins_in=1)
    taxed_order()
    Payment.objects.update(description='Größe; „Nachtmusik“ → "x"')
    month = today()
    content = journal_datev(journal_of(month), month)
    lines = content.decode("cp1252").split("\r\n")
    head = lines[0].split(";")
    assert head[:5] == ['"EXTF"', "700", "21", '"Buchungsstapel"', "13"]
    assert head[10:14] == ["12345", "678", f"{month:%Y}0101", "4"]
    assert head[14] == f"{month:%Y%m}01" and len(head) == 31 and head[21] == '"EUR"'
    assert len(COLUMNS) == 125 and lines[1].split(";") == COLUMNS
    rows = list(csv.reader(lines[2:-1], delimiter=";"))
    assert [len(row) for row in rows] == [125, 125]
    by_column = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [row["Umsatz (ohne Soll/Haben-Kz)"] for row in by_column] == ["10,00", "80,00"]
    assert {row["Konto"] for row in by_column} == {"1361"}
    assert {row["Belegdatum"] for row in by_column} == {f"{month:%d%m}"}
    assert by_column[0]["Buchungstext"] == 'Größe; „Nachtmusik“ ? "x"'
    assert ';"S";"EUR";' in lines[2]


def test_datev_takes_euros_only(accounts):
    taxed_order()
    Payment.objects.update(currency="CHF")
    lines = journal_of(today())
    with pytest.raises(OtherCurrencyInJournal, match="CHF"):
        journal_datev(lines, today())


@pytest.fixture
def finance():
    browser = Client()
    browser.force_login(make_staff(Role.FINANCE))
    return browser


def form(**changes):
    return {
        CONFIRMED: "yes",
        "year": today().year,
        "month": today().month,
        "file_format": "csv",
        "consultant": 4711,
        "client": 12,
        "year_begins_in": 7,
        **changes,
    }


def test_finance_exports_a_month(accounts, finance):
    taxed_order()
    assert finance.get(URL).status_code == 200
    response = finance.post(URL, form(file_format="datev"))
    assert response.status_code == 200 and response.content.startswith(b'"EXTF";700;21')
    assert "EXTF_Buchungsstapel" in response["Content-Disposition"]
    assert b";4711;12;" in response.content
    # What was entered is there again next time.
    assert 'value="4711"' in finance.get(URL).content.decode()
    assert finance.post(URL, form()).content.startswith(b"\xef\xbb\xbfDate")


def test_the_page_names_missing_accounts_and_bad_input(finance):
    taxed_order()
    response = finance.post(URL, form())
    assert response.status_code == 422
    assert "Enter an account for" in response.content.decode()
    for changes in ({"month": 13}, {"consultant": 5}, {"file_format": "xls"}, {"year": ""}):
        assert finance.post(URL, form(**changes)).status_code == 422


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"number": "84"}, "Enter 4 to 9 digits."),
        ({"detail": "stripe"}, "Enter a tax rate"),
        ({"purpose": "cash", "detail": "x"}, "one for all"),
        ({"tax_code": "x"}, "Enter 1 to 4 digits."),
    ],
)
def test_a_wrong_account_gets_an_error_beside_the_field(finance, fields, error):
    data = {"purpose": "revenue", "detail": "19", "number": "8400", "tax_code": ""} | fields
    response = finance.post("/admin/finance/journalaccount/add/", data)
    assert error in response.content.decode() and not JournalAccount.objects.exists()


def test_a_rate_is_stored_as_exports_write_it(finance):
    data = {"purpose": "revenue", "detail": "5,5 %", "number": "8400", "tax_code": ""}
    finance.post("/admin/finance/journalaccount/add/", data)
    assert JournalAccount.objects.get().detail == "5.5"


def test_others_may_not(client):
    for role in (Role.BOX_OFFICE, Role.DOOR):
        browser = Client()
        browser.force_login(make_staff(role))
        assert browser.post(URL, form()).status_code in (302, 403)


@pytest.fixture
def two_sellers(accounts, stripe_sandbox):
    """Return two sellers, each with a sale of 45.00 EUR that was paid out; one was refunded."""
    JournalAccount.objects.create(purpose="revenue", number="8000")
    first = make_seller()
    second = make_seller(name="Second Stage GmbH", document_prefix="SEC", datev_client=77)
    for seller in (first, second):
        sale = sell_online(stripe_sandbox, make_sale())
        Show.objects.filter(performances=sale.order.performance).update(seller=seller)
    refund(sale, "20.00")
    pay_out(stripe_sandbox)
    cashier = with_till(make_staff(Role.MANAGER))
    session = open_session_of(cashier)
    move_cash(session=session, amount=Decimal(50), reason="Change", cashier=cashier)
    return first, second


def entire(seller=None):
    """Return the journal of the sales and of the payouts, some days later."""
    months = {today().replace(day=1), (today() + timedelta(days=6)).replace(day=1)}
    return [line for month in months for line in journal_of(month, seller)]


def in_sum(lines):
    found = {}
    for one in lines:
        for account, amount in ((one.account, one.amount), (one.contra, -one.amount)):
            found[account] = found.get(account, 0) + amount
    return found


def test_each_line_is_one_sellers(two_sellers):
    first, second = two_sellers
    parts = [entire(seller) for seller in two_sellers]
    assert sorted(map(str, entire())) == sorted(map(str, [*parts[0], *parts[1]]))
    assert {line.seller for line in parts[0]} == {first.name}
    of_first, of_second = map(in_sum, parts)
    assert of_first["1000"] == 50, "The till's cash is the first seller's."
    assert "1000" not in of_second
    # Fees are 1.5 % and 0.25 of each 45.00; what is left was paid out.
    assert (of_first["4970"], of_second["4970"]) == (Decimal("0.93"), Decimal("0.93"))
    assert (of_first["1200"], of_second["1200"]) == (Decimal("44.07"), Decimal("24.07"))
    assert of_first["1362"] == of_second["1362"] == 0
    assert check_journal(today(), month_report(today()).accounts) == []


def test_a_show_without_a_seller_is_the_first_sellers(two_sellers):
    first, second = two_sellers
    Show.objects.update(seller=None)
    assert entire(second) == []
    assert len(entire(first)) == len(entire())


def test_datev_has_a_file_for_each_seller(two_sellers, finance):
    first, second = two_sellers
    response = finance.post(URL, form(file_format="datev"))
    assert response.status_code == 422
    assert "Choose a seller" in response.content.decode()
    response = finance.post(URL, form(file_format="datev", seller=second.pk))
    assert "SEC-" in response["Content-Disposition"]
    header = response.content.decode("cp1252").splitlines()[0].split(";")
    assert header[11] == "77"
    response = finance.post(URL, form(seller=second.pk))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row[-1] for row in rows[1:]} == {second.name}


def test_one_seller_is_not_asked_for(accounts, finance):
    make_seller()
    assert 'name="seller"' not in finance.get(URL).content.decode()


def test_the_command_takes_a_seller(two_sellers):
    command, out = (
        ["boxoffice", "journal", "--month", f"{today():%Y-%m}", "--seller"],
        io.StringIO(),
    )
    call_command(*command, "sec", stdout=out)
    assert "Second Stage GmbH" in out.getvalue()
    with pytest.raises(CommandError, match="SEC"):
        call_command(*command, "X", stdout=out)
