"""Export lists of the admin."""

import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import PERMISSIONS, Role, appoint
from bookings.aftersale.cancellation import cancel_tickets
from bookings.models import LedgerEntry, Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from door.check_ins import check_in
from exports.models import Export
from exports.sheets import SHEETS
from payments.models import Payment, Refund
from shows.catalogue_files import import_catalogue
from shows.catalogue_tables import parse_table
from shows.terms import clear_cached_terms
from shows.tests.factories import make_user
from venues.models import Venue, VenueFees

pytestmark = pytest.mark.django_db(transaction=True)


def staff(role=Role.MANAGER, **fields):
    user = make_user(**fields)
    appoint(user=user, role=role)
    browser = Client()
    browser.force_login(user)
    browser.staff = user
    return browser


def export_url(sheet, query=""):
    meta = SHEETS[sheet].model._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_export')}?{query}"


def export(browser, sheet, query="", file_format="csv"):
    form = {"confirmed": "yes", "sheet": sheet, "file_format": file_format}
    return browser.post(export_url(sheet, query), form)


def rows_of(response):
    assert response["Content-Type"].startswith("text/csv"), response.content[:300]
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_sheet_is_available_in_both_formats(file_format):
    payment = _payment(make_paid_order().reference)
    Refund.objects.create(payment=payment, key="r1", amount=5, reason="kind")
    browser = staff()
    for sheet in SHEETS:
        response = export(browser, sheet, file_format=file_format)
        assert response.status_code == 200, sheet
        if file_format == "csv":
            assert rows_of(response), sheet
        else:
            table = openpyxl.load_workbook(io.BytesIO(response.content)).active
            size = (table.max_row >= 2, table.max_column)
            assert size == (True, len(SHEETS[sheet].headings)), sheet


def test_an_order_has_its_performance_and_amounts():
    order = make_paid_order()
    [row] = rows_of(export(staff(), "orders"))
    assert row["Order"] == order.reference and row["Total"] == "90.00"
    assert row["Show"] == order.performance.show.title and row["Status"] == "paid"


def test_attendees_have_holder_seat_and_check_in():
    order = make_paid_order()
    first, _second = order.tickets.order_by("pk")
    check_in(performance_id=order.performance_id, door="Main", by=make_user(), ticket_id=first.pk)
    here, missing = rows_of(export(staff(email="m@example.org"), "attendees"))
    assert (here["Name on the ticket"], here["Row"], here["Seat"]) == ("Alice Archer", "A", "1")
    assert here["Checked in"] == "yes" and here["Entrance"] == "Main" and here["Check-in time"]
    assert missing["Checked in"] == "no" and missing["Check-in time"] == ""
    assert first.secret not in str(here)


def test_the_log_is_exported_under_its_field_names():
    order = make_paid_order()
    make_hold()
    rows = rows_of(export(staff(Role.FINANCE), "transactions", f"order={order.reference}"))
    assert [row["kind"] for row in rows] == ["order", "payment", "sale"]
    assert rows[1]["amount"] == "90.00" and rows[1]["currency"] == "EUR"


def test_payments_include_refunds():
    payment = _payment(make_paid_order().reference)
    for key, status in (("a", "queued"), ("b", "failed")):
        Refund.objects.create(payment=payment, key=key, amount=5, reason="-", status=status)
    [row] = rows_of(export(staff(Role.FINANCE), "payments"))
    assert (row["Amount"], row["Refunded"]) == ("90.00", "5.00")


def test_figures_show_sales_by_performance():
    make_paid_order()
    make_sale()
    first, second = rows_of(export(staff(), "figures"))
    assert (first["Valid tickets"], first["Revenue"]) == ("2", "90.00")
    assert (second["Valid tickets"], second["Revenue"]) == ("0", "0")


def test_the_catalogue_can_be_imported_again():
    make_sale()
    browser = staff()
    for sheet in ("venues", "shows", "performances"):
        document = parse_table(export(browser, sheet).getvalue())
        assert import_catalogue(document, check=True)[sheet] == 1


def test_a_spreadsheet_contains_no_formula():
    performance = make_paid_order().performance
    Order.objects.update(name="=HYPERLINK(1)")
    LedgerEntry.objects.bulk_create([LedgerEntry(kind="hold", performance=performance, actor="@x")])
    browser = staff()
    assert rows_of(export(browser, "orders"))[0]["Name"] == "'=HYPERLINK(1)"
    assert rows_of(export(browser, "transactions"))[-1]["actor"] == "'@x"


# --- Which rows -----------------------------------------------------------------------------


def test_it_exports_the_filtered_list():
    make_paid_order()
    make_paid_order(email="bob@example.org")
    browser = staff()
    found = {"": 2, "q=bob": 1, "status__exact=paid": 2, "status__exact=lapsed": 0, "p=7&o=3": 2}
    for query, number in found.items():
        page = browser.get(export_url("orders", query)).content.decode()
        assert f"{number} row{'' if number == 1 else 's'} " in page
        assert len(rows_of(export(browser, "orders", query))) == number, query


def test_the_list_passes_its_filters_to_the_button():
    make_paid_order()
    page = staff().get(reverse("admin:bookings_order_changelist"), {"q": "x", "p": "1"})
    assert f"{export_url('orders', 'q=x')}" in page.content.decode()


@pytest.mark.parametrize(("across", "number"), [("0", 1), ("1", 2)])
def test_selected_rows_or_the_whole_list_are_exported(across, number):
    chosen = make_paid_order()
    make_paid_order()
    Order.objects.update(name="Bob")
    browser = staff()
    form = {"action": "export_chosen", "_selected_action": [chosen.pk], "select_across": across}
    response = browser.post(reverse("admin:bookings_order_changelist") + "?q=bob", form)
    rows = rows_of(
        browser.post(
            response["Location"], {"confirmed": "yes", "sheet": "orders", "file_format": "csv"}
        )
    )
    assert len(rows) == number and chosen.reference in {row["Order"] for row in rows}


def test_unknown_filters_are_rejected():
    browser = staff()
    for query in ("id__in=abc", "nonsense=1", "user__password__startswith=a", "created_at__day=x"):
        response = browser.get(export_url("orders", query))
        assert response.status_code == 302
        assert response["Location"] == reverse("admin:bookings_order_changelist")


@pytest.mark.parametrize("form", [{}, {"sheet": "payments"}, {"file_format": "exe"}])
def test_errors_are_shown_at_the_field(form):
    good = {"confirmed": "yes", "sheet": "orders", "file_format": "csv"}
    response = staff().post(
        export_url("orders"), {**good, **form} if form else {"confirmed": "yes"}
    )
    assert response.status_code == 422
    assert not Export.objects.exists()


def test_get_requests_change_nothing():
    assert staff().get(export_url("orders")).status_code == 200
    assert not Export.objects.exists()


# --- Permissions --------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_exporting_needs_the_permission_to_view_the_rows(role):
    browser = staff(role)
    for sheet in SHEETS:
        may = SHEETS[sheet].model._meta.label_lower in PERMISSIONS[role] and role != Role.DOOR
        assert browser.get(export_url(sheet)).status_code == (200 if may else 403), sheet
        assert export(browser, sheet).status_code == (200 if may else 403), sheet
        assert Export.objects.filter(sheet=sheet).exists() == may


def test_addresses_need_a_permission():
    make_paid_order(email="bob@example.org")
    for number, role in enumerate([Role.MANAGER, Role.BOX_OFFICE, Role.FINANCE]):
        browser = staff(role, email=f"{number}@example.org")
        for sheet in ("orders", "attendees"):
            rows = rows_of(export(browser, sheet))
            assert ("bob@example.org" in str(rows)) == (role != Role.FINANCE), (role, sheet)
            assert "Alice Archer" in str(rows)


def test_sales_figures_need_the_permission_to_view_payments():
    usher = staff(Role.DOOR)
    names = ["exports.add_export", "shows.view_performance"]
    for name in names:
        app, codename = name.split(".")
        usher.staff.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    assert export(usher, "performances").status_code == 200
    assert export(usher, "figures").status_code == 422


def test_anonymous_visitors_are_sent_to_log_in():
    assert Client().get(export_url("orders")).status_code == 302
    browser = Client()
    browser.force_login(make_user())
    assert browser.get(export_url("orders"), follow=True).status_code == 403


def test_a_direct_export_is_logged():
    make_paid_order()
    browser = staff()
    export(browser, "orders", "q=alice")
    line = Export.objects.get()
    assert (line.sheet, line.query, line.by, line.rows_done) == (
        "orders",
        "q=alice",
        browser.staff,
        1,
    )


# --- Queries ------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_rows():
    browser = staff()

    def queries(sheet):
        with CaptureQueriesContext(connection) as seen:
            assert export(browser, sheet).status_code == 200
        return len(seen)

    def sell(number):
        payment = _payment(make_paid_order().reference)
        Refund.objects.create(payment=payment, key=f"r{number}", amount=5, reason="-")

    sell(0)
    for sheet in SHEETS:
        queries(sheet)  # Fill the caches first.
    few = {sheet: queries(sheet) for sheet in SHEETS}
    for number in range(1, 5):
        sell(number)
    assert {sheet: queries(sheet) for sheet in SHEETS} == few


def test_long_tables_are_read_in_batches(monkeypatch):
    monkeypatch.setattr("exports.sheets.sheet.CHUNK", 2)
    for number in range(5):
        Venue.objects.create(name=f"V{number}", slug=f"v{number}", time_zone="UTC")
    rows = rows_of(export(staff(), "venues"))
    assert [row["name"] for row in rows] == ["V0", "V1", "V2", "V3", "V4"]


def _payment(purpose=None):
    payments = Payment.objects.order_by("-pk")
    return payments.filter(purpose=purpose).first() if purpose else payments.first()


def test_orders_have_net_and_tax_by_rate():
    performance = make_sale()
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    VenueFees.objects.create(venue=performance.venue, channel="web", order_fee="1.50")
    clear_cached_terms()
    order = make_paid_order(performance=performance)
    [row] = rows_of(export(staff(), "orders"))
    assert (row["Channel"], row["Order fee"], row["Total"]) == ("website", "1.50", "91.50")
    assert (row["Net"], row["VAT"]) == ("84.43", "7.07")
    assert row["VAT by rate"] == "19%: 9.66 + 1.84; 7%: 74.77 + 5.23"

    cancel_tickets(order=order, actor="test", by_staff=True)
    [row] = rows_of(export(staff(email="m@example.org"), "orders"))
    assert (row["Total"], row["Total after cancellations"]) == ("91.50", "0.00")


def test_attendees_have_the_rates_of_their_tickets():
    performance = make_sale()
    Venue.objects.update(tax_rate=0, fee_tax_rate=19, tax_exemption="§ 4 Nr. 20 UStG")
    clear_cached_terms()
    make_paid_order(performance=performance)
    row, _other = rows_of(export(staff(), "attendees"))
    assert (row["VAT rate (%)"], row["VAT rate of the fee (%)"]) == ("0.000", "19.000")
    assert row["Reason for VAT exemption"] == "§ 4 Nr. 20 UStG"
