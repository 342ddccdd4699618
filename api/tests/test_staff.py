from csv import DictReader
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse
from django.utils import timezone

from api.models import ApiKey
from api.tests.callers import (
    PASSWORD,
    Program,
    logged_in,
    make_account,
    make_staff,
    tokens_of,
    with_key,
)
from bookings.aftersale.change_payments import start_change_payment
from bookings.aftersale.ticket_changes import change_concessions, difference_of
from bookings.models import LedgerEntry, Order, Place
from bookings.tests.factories import make_hold, make_paid_order, make_sale, seats_of
from organisation.tests.factories import set_organisation
from payments.charges import pay_url, settle_payment
from payments.tests.factories import paid_at_the_bank
from shows.models import Performance
from shows.tests.factories import make_plan, make_venue
from venues.models import Venue

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "JBSWY3DPEHPK3PXP"
VENUE = {
    "name": "Hall",
    "address": "Street 1",
    "city": "Bonn",
    "country": "DE",
    "time_zone": "Europe/Berlin",
}


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Anna Weißkopf", "weisskopf"), ("Jeanne D’Arcy", "D'Arcy"), ("İnönü", "onu"), ("Zoë", "zoe")],
)
def test_orders_are_found_by_any_part_of_a_name(name, typed):
    order = make_paid_order()
    Order.objects.update(name=name)
    make_paid_order(email="bob@elsewhere.test")
    answer = with_key("orders").get("/staff/orders", {"q": typed})
    assert [row["reference"] for row in answer.json()["items"]] == [order.reference]


def test_the_catalogue_from_venue_to_sale():
    program = with_key("catalogue", "sale")
    made = program.post("/staff/venues", VENUE)
    assert made.status_code == 201, made.content
    changed = program.patch("/staff/venues/hall", {"city": "Köln"})
    assert changed.json()["city"] == "Köln"
    plan = make_plan(venue=Venue.objects.get(slug="hall"))
    show = program.post("/staff/shows", {"title": "Late Set", "artists": ["Ada"], "tags": ["Jazz"]})
    assert show.json()["artists"] == ["Ada"], show.content
    performance = program.post(
        "/staff/performances",
        {
            "show": "late-set",
            "plan": plan.pk,
            "starts_at": (timezone.now() + timedelta(days=9)).isoformat(),
            "on_sale_from": timezone.now().isoformat(),
            "currency": "EUR",
            "customer_limit": 4,
            "prices": [{"category": "Regular", "price": "30.00", "fee": "3.00"}],
        },
    )
    assert performance.status_code == 201, performance.content
    pk = performance.json()["id"]
    opened = program.post(f"/staff/performances/{pk}/put-on-sale")
    assert opened.json()["places_total"] == 50, opened.content
    assert LedgerEntry.objects.get(kind="open").actor.startswith("key:")
    fixed = program.patch(f"/staff/performances/{pk}", {"currency": "USD"})
    assert fixed.status_code == 409
    assert program.delete(f"/staff/performances/{pk}").status_code == 409
    assert program.delete("/staff/shows/late-set").json()["type"].endswith("in-use")


def test_it_imports_a_plan_that_it_exported():
    sale = make_sale()
    document = Program().get(f"/performances/{sale.pk}/plan").json()
    venue = make_venue()
    program = with_key("catalogue")
    made = program.post(f"/staff/venues/{venue.slug}/plans", document)
    assert made.status_code == 201, made.content
    assert made.json()["version"] == 1
    broken = program.post(f"/staff/venues/{venue.slug}/plans", {"name": "x"})
    assert broken.json()["type"] == "urn:concert:problem:invalid-plan"


def test_it_blocks_and_unblocks():
    sale = make_sale()
    program = with_key("sale")
    seats = seats_of(sale, "A1", "A2")
    path = f"/staff/performances/{sale.pk}"
    assert program.post(f"{path}/block", {"seats": seats}).json() == {"changed": 2}
    assert Place.objects.blocked().count() == 2
    assert program.post(f"{path}/unblock", {"seats": seats}).json() == {"changed": 2}
    assert program.post(f"{path}/block", {"seats": [1]}).status_code == 422


def test_it_exports_orders_and_the_log_and_cancels():
    order = make_paid_order()
    Order.objects.update(details={"company": "Acme, Ltd", "vat": "DE 1"})
    program = with_key("orders")
    listed = program.get("/staff/orders", {"q": order.reference}).json()
    assert listed["items"][0]["total"] == {"amount": "90.00", "currency": "EUR"}
    csv = program.get("/staff/orders.csv").content.decode().splitlines()
    assert csv[0].startswith("reference,") and order.reference in csv[1]
    log = program.get("/staff/transactions", {"order": order.reference}).json()["items"]
    assert {"order", "sale", "payment"} <= {line["kind"] for line in log}
    later = program.get("/staff/transactions", {"after": log[0]["id"]}).json()
    assert later["count"] == 0
    assert b"payment" in program.get("/staff/transactions.csv").content
    cancelled = program.post(f"/staff/orders/{order.reference}/cancel", {"reason": "ill"}).json()
    assert cancelled["status"] == "cancelled"
    assert cancelled["refunds"][0]["amount"]["amount"] == "90.00"
    assert cancelled["balance"] == {"amount": "0.00", "currency": "EUR"}
    (listed,) = program.get("/staff/orders", {"q": order.reference}).json()["items"]
    assert listed["balance"] == {"amount": "0.00", "currency": "EUR"}
    header, row = program.get("/staff/orders.csv").content.decode().splitlines()
    (cells,) = DictReader([header, row])
    assert cells["balance"] == "0.00 EUR"
    assert cells["details"] == "vat: DE 1; company: Acme, Ltd"


def test_an_order_shows_what_its_changes_cost_as_well():
    """The payment of a change has a reference of its own, and so have its refunds."""
    sale = make_sale(prices={"Regular": ("40.00", "0.00")}, concessions={"Child": 50})
    order = make_paid_order(hold=make_hold(performance=sale, labels=["A1"]))
    for concession in ["Child", ""]:
        chosen = {order.tickets.valid().get().pk: concession}
        seen = difference_of(
            order=order, tickets=list(order.tickets.valid()), concessions=chosen
        ).token
        waiting = change_concessions(order=order, concessions=chosen, seen=seen, actor="test")
    payment = start_change_payment(change=waiting, return_url="/")
    pay_url(payment)
    paid_at_the_bank(payment)
    settle_payment(payment)
    program = with_key("orders")
    assert amounts(program, order) == ("60.00", "20.00", "40.00", ["20.00"])
    program.post(f"/staff/orders/{order.reference}/cancel", {})
    assert amounts(program, order) == ("60.00", "60.00", "0.00", ["20.00", "20.00", "20.00"])


def amounts(program, order):
    shown = program.get(f"/staff/orders/{order.reference}").json()
    back = [refund["amount"]["amount"] for refund in shown["refunds"]]
    return (*(shown[name]["amount"] for name in ["paid", "refunded", "balance"]), back)


def test_it_approves_accounts(settings):
    set_organisation(account_approval_required=True)
    waiting = make_account()
    program = with_key("accounts")
    assert program.get("/staff/users/waiting").json()["count"] == 1
    approved = program.post("/staff/users/approve", {"users": [waiting.pk]}).json()
    assert [row["may_book"] for row in approved] == [True]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/staff/venues", VENUE),
        ("POST", "/staff/users/approve", {"users": [1]}),
        ("GET", "/staff/orders", None),
        ("GET", "/staff/transactions.csv", None),
        ("POST", "/tickets/verify", {"code": "x"}),
    ],
)
def test_it_admits_only_those_with_permission(method, path, body):
    assert Program().send(method, path, body).status_code == 401
    assert logged_in(make_account()).send(method, path, body).status_code == 403
    assert logged_in(make_staff()).send(method, path, body).status_code == 403
    assert with_key().send(method, path, body).json()["type"].endswith("missing-scope")
    powerless = with_key("catalogue", "accounts", "orders", "door", owner=make_staff())
    assert powerless.send(method, path, body).status_code == 403
    assert not Venue.objects.exists()


def test_a_revoked_key_and_the_key_of_a_former_employee_do_not_work():
    superuser = make_account(is_staff=True, is_superuser=True)
    program = with_key("orders", owner=superuser)
    assert program.get("/staff/orders").status_code == 200
    assert ApiKey.objects.get().last_used_at
    superuser.is_active = False
    superuser.save()
    assert program.get("/staff/orders").status_code == 401


def test_the_admin_creates_a_key_shows_it_once_and_revokes_it(client):
    client.force_login(make_account(is_staff=True, is_superuser=True))
    made = client.post(
        reverse("admin:api_apikey_add"), {"name": "Till", "scopes": ["orders"]}, follow=True
    )
    text = made.content.decode()
    start = text.index("concert_", text.index("shown only once"))
    secret = text[start : start + 51]
    program = Program(**{"X-API-Key": secret})
    assert program.get("/staff/orders").status_code == 200
    key = ApiKey.objects.get()
    for confirmed, status in ({}, 200), ({"confirmed": "yes"}, 401):
        client.post(
            reverse("admin:api_apikey_changelist"),
            {"action": "revoke", "_selected_action": [key.pk]} | confirmed,
        )
        assert program.get("/staff/orders").status_code == status
    assert Performance.objects.count() == 0


def test_staff_need_two_step_verification_where_it_is_required(settings):
    """Log-ins need it; a key was created by somebody who had it."""
    clerk = logged_in(make_staff("bookings.view_order"))
    till = with_key("orders")
    assert clerk.get("/staff/orders").status_code == 200
    set_organisation(staff_second_factor_required=True)
    assert is_refused_without_second_factor(clerk.get("/staff/orders"))
    assert till.get("/staff/orders").status_code == 200


def test_a_login_from_before_two_step_verification_is_refused(settings):
    """Neither its access token nor a refreshed one works; a new log-in with the code does."""
    user = make_staff("bookings.view_order")
    before = tokens_of(user)
    TOTP.activate(user, SECRET)
    set_organisation(staff_second_factor_required=True)
    clerk = Program(Authorization=f"Bearer {before['access_token']}")
    assert is_refused_without_second_factor(clerk.get("/staff/orders"))
    assert clerk.get("/account").status_code == 200
    fresh = Program().post("/auth/refresh", {"refresh_token": before["refresh_token"]}).json()
    again = Program(Authorization=f"Bearer {fresh['access_token']}")
    assert is_refused_without_second_factor(again.get("/staff/orders"))

    half = Program().post("/auth/login", {"email": user.email, "password": PASSWORD}).json()
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    step = {"session": half["session"], "code": code}
    whole = Program().post("/auth/second-factor", step).json()
    clerk = Program(Authorization=f"Bearer {whole['access_token']}")
    assert clerk.get("/staff/orders").status_code == 200


def is_refused_without_second_factor(response):
    name = response.json().get("type", "")
    return response.status_code == 403 and name.endswith(":second-factor-required")


def test_staff_and_their_integrations_get_no_ticket_codes():
    order = make_paid_order()
    for path in ("/staff/orders", f"/staff/orders/{order.reference}"):
        for program in (with_key("orders", owner=_superuser()), logged_in(_superuser())):
            text = program.get(path).content.decode()
            assert order.reference in text and '"code"' not in text and order.key not in text
    cancelled = with_key("orders", owner=_superuser()).post(
        f"/staff/orders/{order.reference}/cancel"
    )
    assert cancelled.status_code == 200 and '"code"' not in cancelled.content.decode()


def test_email_addresses_need_a_permission():
    order = make_paid_order()
    names = ["bookings.view_order", "exports.add_export"]
    for more, may in (([], False), (["bookings.contact_order"], True)):
        owner = make_staff(*names, *more)
        program = with_key("orders", owner=owner)
        for path in ("/staff/orders", f"/staff/orders/{order.reference}", "/staff/orders.csv"):
            text = program.get(path).content.decode()
            assert "Alice Archer" in text and (order.email in text) == may, path
        found = program.get("/staff/orders", {"q": order.email}).json()
        assert found["count"] == (1 if may else 0)


def test_files_need_the_permission_to_export():
    make_paid_order()
    program = with_key(
        "orders", owner=make_staff("bookings.view_order", "bookings.view_ledgerentry")
    )
    for name in ("orders", "transactions"):
        assert program.get(f"/staff/{name}").status_code == 200
        assert program.get(f"/staff/{name}.csv").status_code == 403


def _superuser():
    return make_account(is_staff=True, is_superuser=True)
