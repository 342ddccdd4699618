"""Orders, tickets and the log in the admin."""

import re
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role, appoint
from bookings.models import LedgerEntry, Order, Place, Ticket
from emails.models import OutboxEmail
from payments.models import Refund
from shows.tests.factories import make_user

from .admin_pages import staff, text_of, url
from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


LISTS = ["order", "ticket", "hold", "place", "ledgerentry"]


@pytest.mark.parametrize("name", LISTS)
def test_anonymous_visitors_are_sent_to_log_in(name):
    browser = Client()
    browser.force_login(make_user())
    assert browser.get(url(f"{name}_changelist")).status_code in (302, 403)


@pytest.mark.parametrize("name", LISTS)
def test_nothing_can_be_added_or_deleted(name):
    order = make_paid_order()
    row = {
        "order": order,
        "ticket": order.tickets.first(),
        "hold": order.hold,
        "place": Place.objects.first(),
        "ledgerentry": LedgerEntry.objects.first(),
    }[name]
    browser = staff(Role.MANAGER)
    assert browser.get(url(f"{name}_add")).status_code == 403
    assert browser.post(url(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
    assert browser.post(url(f"{name}_change", row.pk), {"status": "cancelled"}).status_code == 403


@pytest.mark.parametrize("term", ["{reference}", "ALICE@example.org", "archer", "row A, seat 2"])
def test_an_order_is_found_by_any_of_its_details(term):
    order = make_paid_order()
    other = make_paid_order(hold=make_hold(labels=["C5"]), email="bob@example.org")
    Order.objects.filter(pk=other.pk).update(name="Bob")
    other.tickets.update(holder="Bob")
    text = text_of(
        staff().get(url("order_changelist"), {"q": term.format(reference=order.reference)})
    )
    assert order.reference in text and other.reference not in text


def test_an_order_shows_all_its_related_objects():
    order = make_paid_order()
    text = text_of(staff().get(url("order_change", order.pk)))
    assert "Stalls, row A, seat 1" in text and "€45" in text
    assert "Captured" in text
    email = OutboxEmail.objects.get(kind="order_confirmation")
    page = reverse("admin:emails_outboxemail_change", args=[email.pk])
    assert f'href="{page}">Tickets</a>' in text
    for word in ("Held", "Ordered", "Payment", "Sold"):
        assert f">{word}</td>" in text
    assert order.key not in text and order.tickets.first().secret not in text


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.BOX_OFFICE, {"address", "payments", "emails", "log"}),
        (Role.FINANCE, {"payments", "log"}),
    ],
)
def test_an_order_shows_each_role_what_it_may_see(role, shown):
    order = make_paid_order()
    browser = staff(role)
    text = text_of(browser.get(url("order_change", order.pk)))
    found = {
        "address": "alice@example.org" in text,
        "payments": "Captured" in text,
        "emails": "/admin/emails/outboxemail/" in text,
        "log": ">Ordered</td>" in text,
    }
    assert {name for name, is_there in found.items() if is_there} == shown
    listed = text_of(browser.get(url("order_changelist")))
    assert "Alice Archer" in listed and ("alice@example.org" in listed) == ("address" in shown)


@pytest.mark.parametrize(
    "term", ["alice@example.org", "alice@exam", "example.org", "alice example"]
)
def test_addresses_cannot_be_guessed(term):
    order = make_paid_order()
    browser = staff(Role.FINANCE)
    for name in ("order", "ticket"):
        found = text_of(browser.get(url(f"{name}_changelist"), {"q": term}))
        assert order.reference not in found, name
    assert order.reference in text_of(browser.get(url("order_changelist"), {"q": "archer"}))


def test_url_filters_reveal_no_addresses():
    make_paid_order()
    query = {"email__startswith": "alice"}
    assert staff(Role.FINANCE).get(url("order_changelist"), query).status_code == 400
    rows = reverse("admin:bookings_order_export") + "?email__startswith=alice"
    browser = Client()
    user = make_user(email="finance-2@example.org")
    appoint(user=user, role=Role.FINANCE)
    browser.force_login(user)
    # Redirects to the list, which does not have this filter.
    assert browser.get(rows).status_code == 302


def test_the_log_shows_names_of_actors():
    order, browser = make_paid_order(), staff()
    browser.staff.name = "Carla Counter"
    browser.staff.save()
    cancel(browser, order)
    for page in (url("order_change", order.pk), url("ledgerentry_changelist")):
        text = text_of(browser.get(page))
        assert "Carla Counter" in text and f"staff:{browser.staff.pk}" not in text
        assert "Customer without an account" in text and order.hold.visitor not in text
    line = LedgerEntry.objects.get(kind="cancel")
    assert "Carla Counter" in text_of(browser.get(url("ledgerentry_change", line.pk)))
    found = text_of(browser.get(url("ledgerentry_changelist"), {"q": "carla"}))
    assert "Ill." in found and ">Ordered<" not in found


def test_the_log_makes_a_constant_number_of_queries():
    order, browser, counts = make_paid_order(), staff(), []
    for _ in range(3):
        LedgerEntry.objects.create(
            kind="note", order=order.reference, actor=f"staff:{make_user().pk}"
        )
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("ledgerentry_changelist"))
            browser.get(url("order_change", order.pk))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_cancelling_starts_with_nothing_selected():
    order = make_paid_order()
    text = text_of(staff().get(url("order_cancel", order.pk)))
    boxes = re.findall(r'<input[^>]*name="tickets"[^>]*>', text)
    assert len(boxes) == 2 and not re.findall(r"\schecked(?![:\w-])", " ".join(boxes))


def test_the_list_of_orders_makes_a_constant_number_of_queries():
    performance = make_sale()
    browser, counts = staff(), []
    for row in "ABC":
        hold = make_hold(performance=performance, labels=[f"{row}1"])
        make_paid_order(hold=hold, email=f"{row.lower()}@example.org")
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("order_changelist"))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def cancel(browser, order, **changes):
    data = {
        "tickets": [ticket.pk for ticket in order.in_order()],
        "refund": "all",
        "reason": "Ill.",
        "confirmed": "yes",
    }
    return browser.post(url("order_cancel", order.pk), data | changes)


def test_cancelling_shows_the_amounts_first():
    order = make_paid_order()
    text = text_of(staff().get(url("order_cancel", order.pk)))
    assert "Refund for all tickets: €90; without fees: €80." in text
    assert Ticket.objects.valid().count() == 2


def test_cancelling_refunds_and_logs_the_reason():
    order, browser = make_paid_order(), staff()
    response = cancel(browser, order)
    assert response["Location"] == url("order_change", order.pk)
    order.refresh_from_db()
    assert order.is_cancelled
    assert Refund.objects.get().amount == Decimal("90.00")
    line = LedgerEntry.objects.get(kind="cancel")
    assert (line.actor, line.detail["reason"]) == (f"staff:{browser.staff.pk}", "Ill.")
    assert "Ill." in text_of(browser.get(url("order_change", order.pk)))


def test_cancelling_can_keep_the_fee_or_the_whole_amount():
    first, second = make_paid_order(), make_paid_order(email="bob@example.org")
    cancel(staff(), first, refund="without_fees")
    cancel(staff(), second, refund="nothing")
    assert Refund.objects.get().amount == Decimal("80.00")
    assert not Ticket.objects.valid().exists()


def test_single_tickets_can_be_cancelled():
    order = make_paid_order()
    cancel(staff(), order, tickets=[order.in_order()[0].pk])
    assert Ticket.objects.valid().count() == 1


def cell(page, order, name):
    """Return the text of a column of the order's row in the list."""
    row = next(part for part in page.split("<tr") if order.reference in part)
    found = re.search(rf"<t[dh][^>]*field-{name}\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def test_a_refunded_order_shows_its_balance_in_the_list_and_on_its_page():
    refunded, paid = make_paid_order(), make_paid_order(email="bob@example.org")
    pending = make_order(email="carol@example.org")
    cancel(staff(), refunded, refund="without_fees", tickets=[refunded.in_order()[0].pk])
    page = text_of(staff().get(url("order_changelist")))
    assert [cell(page, one, "balance") for one in (refunded, paid, pending)] == ["€50", "€90", "–"]
    for order, balance in [(refunded, "€50"), (paid, "€90"), (pending, "–")]:
        text = text_of(staff().get(url("order_change", order.pk)))
        term = re.sub(r"<[^>]+>", " ", text[text.index("Balance") :]).split()
        assert term[:2] == ["Balance", balance]


def test_the_balance_needs_the_permission_to_see_payments():
    make_paid_order()
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    browser = Client()
    browser.force_login(user)
    order = Order.objects.get()
    for page in (url("order_changelist"), url("order_change", order.pk)):
        text = text_of(browser.get(page))
        assert order.reference in text and "Balance" not in text


@pytest.mark.parametrize("changes", [{"reason": ""}, {"tickets": []}, {"tickets": ["999999"]}])
def test_cancelling_needs_a_reason_and_a_ticket(changes):
    response = cancel(staff(), make_paid_order(), **changes)
    assert response.status_code == 422
    assert Ticket.objects.valid().count() == 2


def test_cancelling_twice_cancels_once():
    order, browser = make_paid_order(), staff()
    cancel(browser, order, tickets=[order.in_order()[0].pk])
    again = cancel(browser, order, tickets=[Ticket.objects.exclude(status="valid").get().pk])
    assert again.status_code == 422
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("role", [Role.DOOR, Role.FINANCE])
def test_cancelling_needs_the_permission_to_change_orders(role):
    order = make_paid_order()
    assert cancel(staff(role), order).status_code == 403
    assert staff(role).get(url("order_cancel", order.pk)).status_code == 403
    assert Ticket.objects.valid().count() == 2


def test_an_unknown_order_cannot_be_cancelled():
    assert staff().get(url("order_cancel", 999999)).status_code == 404


def test_the_confirmation_is_sent_again_after_confirming():
    order, browser = make_paid_order(), staff()
    page = url("order_send_again", order.pk)
    assert order.email in text_of(browser.get(page))
    assert OutboxEmail.objects.count() == 1
    assert browser.post(page, {"confirmed": "yes"}).status_code == 422
    assert OutboxEmail.objects.count() == 1
    browser.post(page, {"confirmed": "yes", "reason": "Lost it."})
    assert OutboxEmail.objects.filter(kind="order_confirmation", to=order.email).count() == 2
    assert "Lost it." in LogEntry.objects.get().change_message


def test_a_confirmation_that_was_never_enqueued_can_be_sent():
    order = make_paid_order()
    OutboxEmail.objects.all().delete()
    staff().post(url("order_send_again", order.pk), {"confirmed": "yes", "reason": "Lost it."})
    assert OutboxEmail.objects.get().key == f"confirmation:{order.reference}"


def test_nothing_is_sent_for_an_order_without_tickets():
    order = make_order()
    sure = {"confirmed": "yes", "reason": "Lost it."}
    response = staff().post(url("order_send_again", order.pk), sure)
    assert response.status_code == 422
    assert "This order has no valid tickets." in response.content.decode()
    assert not OutboxEmail.objects.exists()


def test_tickets_are_reissued_with_a_reason():
    order, browser = make_paid_order(), staff()
    page = url("order_reissue", order.pk)
    assert "new codes" in text_of(browser.get(page))
    browser.post(page, {"confirmed": "yes", "reason": ""})
    assert set(order.tickets.values_list("version", flat=True)) == {1}
    browser.post(page, {"confirmed": "yes", "reason": "Lost telephone"})
    assert set(order.tickets.values_list("version", flat=True)) == {2}
    assert LedgerEntry.objects.get(kind="reissue").detail["reason"] == "Lost telephone"


@pytest.mark.parametrize("name", ["order", "ticket", "hold", "place"])
def test_each_row_has_a_label(name):
    order = make_paid_order()
    row = {
        "order": order,
        "ticket": order.tickets.first(),
        "hold": order.hold,
        "place": Place.objects.sold().first(),
    }[name]
    text = text_of(staff().get(url(f"{name}_change", row.pk)))
    assert "(&#x27;" not in text and order.get_absolute_url() not in text


@pytest.mark.parametrize(("term", "found"), [("{}", 3), ("demo", 2), ("dem", 0)])
def test_the_log_is_searched_for_whole_values(term, found):
    order = make_paid_order()
    query = {"q": term.format(order.reference.lower())}
    page = staff().get(url("ledgerentry_changelist"), query)
    assert len(page.context["cl"].result_list) == found
