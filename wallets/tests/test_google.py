"""Saving tickets to Google Wallet: nothing leaves before the click, and changes follow."""

import html
import json

import jwt
import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import code_of
from bookings.models import Order
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_paid_order
from shows.models import Show
from wallets.configuration import google_account
from wallets.google.save_link import save_jwt
from wallets.models import WalletPass
from wallets.passes import passes_of
from wallets.updates import update_passes

from . import authority
from .conftest import ACCOUNT, ISSUER, SITE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("google")]


@pytest.fixture
def alice():
    return make_customer()


def make_tickets(customer, *labels):
    return make_paid_order(hold=make_hold(customer=customer, labels=labels))


def click(customer, order):
    """Press the button; return where it leads."""
    response = browser_of(customer).post(f"/tickets/{order.reference}/google/")
    assert response.status_code == 303
    return response.url


def claims_in(api):
    """Return the claims of the JWT that arrived, which the server verified by our public key."""
    [claims] = [content for method, path, content in api.requests if path == "jwt"]
    return claims


def object_in(api, ticket, version=1):
    return api.stored[f"eventTicketObject/{ISSUER}.ticket-{ticket.pk}-{version}"]


def test_the_jwt_is_signed_and_names_site_and_account(api, alice):
    assert click(alice, make_tickets(alice, "A1")) == api.save_uri
    claims = claims_in(api)
    assert (claims["iss"], claims["typ"], claims["origins"]) == (ACCOUNT, "savetowallet", [SITE])


def test_another_key_does_not_verify_it(alice):
    order, account = make_tickets(alice, "A1"), google_account()
    signed = save_jwt(passes_of(order, WalletPass.Kind.GOOGLE), account)
    ours, other = (authority.issue(name).key.public_key() for name in ("Google", "Other"))
    assert jwt.decode(signed, ours, algorithms=["RS256"], audience="google")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(signed, other, algorithms=["RS256"], audience="google")


def test_it_has_the_event_and_the_ticket(api, alice):
    order = make_tickets(alice, "A1")
    ticket = order.tickets.get()
    click(alice, order)
    payload = claims_in(api)["payload"]
    [event], [saved] = payload["eventTicketClasses"], payload["eventTicketObjects"]
    assert event["id"] == saved["classId"] == f"{ISSUER}.performance-{order.performance_id}"
    assert event["eventName"]["defaultValue"]["value"] == order.performance.show.title
    assert event["reviewStatus"] == "UNDER_REVIEW"
    assert saved["id"] == f"{ISSUER}.ticket-{ticket.pk}-1" and saved["state"] == "ACTIVE"
    assert saved["barcode"]["type"] == "QR_CODE" and saved["barcode"]["value"] == code_of(ticket)
    assert saved["seatInfo"]["row"]["defaultValue"] == {"language": "en", "value": "A"}
    assert saved["ticketHolderName"] == ticket.holder


def test_all_tickets_are_saved_at_once_and_the_event_only_once(api, alice):
    order = make_tickets(alice, "A1", "A2", "B1")
    click(alice, order)
    payload = claims_in(api)["payload"]
    assert len(payload["eventTicketClasses"]) == 1
    codes = [one["barcode"]["value"] for one in payload["eventTicketObjects"]]
    assert codes == [code_of(ticket) for ticket in order.tickets.order_by("place_id")]


def test_clicking_twice_saves_the_same_tickets(api, alice):
    order = make_tickets(alice, "A1", "A2")
    for _time in range(2):
        click(alice, order)
    first, second = (content["payload"] for _method, _path, content in api.requests)
    assert first == second and WalletPass.objects.count() == 2


def test_customers_are_sent_to_google_only(api, alice):
    api.save_uri = "https://evil.example/"
    order = make_tickets(alice, "A1")
    assert click(alice, order) == order.get_absolute_url()


def test_nothing_is_sent_to_google_before_the_click(api, alice):
    order = make_tickets(alice, "A1", "A2")
    browser = browser_of(alice)
    for path in (order.get_absolute_url(), f"/tickets/{order.reference}/", "/tickets/"):
        page = browser.get(path).content.decode()
        assert "pay.google.com/gp" not in page and "eyJ" not in page
    assert browser.get(f"/tickets/{order.reference}/google/").status_code == 405
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert api.requests == [] and not WalletPass.objects.exists()


def test_only_those_who_may_see_the_order_can_save_it(api, alice):
    order = make_tickets(alice, "A1")
    path = f"/tickets/{order.reference}/google/"
    assert browser_of(make_customer()).post(path).status_code == 404
    assert browser_of(alice, enforce_csrf_checks=True).post(path).status_code == 403
    assert api.requests == []


def test_without_google_the_customer_is_told(api, alice):
    api.is_down = True
    order = make_tickets(alice, "A1", "A2", "B1")
    browser = browser_of(alice)
    response = browser.post(f"/tickets/{order.reference}/google/")
    assert response.url == order.get_absolute_url()
    page = html.unescape(browser.get(response.url).content.decode())
    assert "Google Wallet couldn't add your tickets. Please try again later." in page


def test_the_browser_may_follow_the_form_to_google(alice):
    page = browser_of(alice).get(f"/tickets/{make_tickets(alice, 'A1').reference}/")
    policy = page["Content-Security-Policy"]
    form_action = next(part for part in policy.split(";") if "form-action" in part)
    assert "https://pay.google.com" in form_action.split()
    other = browser_of(alice).get("/tickets/")["Content-Security-Policy"]
    assert "pay.google.com" not in other


def test_tickets_that_are_no_longer_valid_become_inactive(api, alice):
    order = make_tickets(alice, "A1", "A2", "B1")
    click(alice, order)
    first, second, third = order.tickets.order_by("place_id")
    cancel_tickets(order=order, ticket_ids=[first.pk], actor="test")
    reissue_tickets(order=order, ticket_ids=[second.pk], actor="test")
    update_passes()
    for ticket in (first, second):
        stored = object_in(api, ticket)
        assert stored["state"] == "INACTIVE"
        assert not {"barcode", "ticketHolderName", "reservationInfo"} & set(stored)
    assert object_in(api, third)["state"] == "ACTIVE"
    second.refresh_from_db()
    assert code_of(second) not in json.dumps(api.stored)
    sent = len(api.requests)
    update_passes()
    assert len(api.requests) == sent


def test_what_google_refuses_holds_up_no_other_ticket(api, alice, caplog):
    order = make_tickets(alice, "A1", "A2", "B1")
    click(alice, order)
    first, *others = order.tickets.order_by("place_id")
    api.refused = {f"eventTicketObject/{ISSUER}.ticket-{first.pk}-1"}
    reissue_tickets(order=order, actor="test")
    sent = len(api.requests)
    update_passes()
    assert object_in(api, first)["state"] == "ACTIVE"
    assert {object_in(api, ticket)["state"] for ticket in others} == {"INACTIVE"}
    assert "Google Wallet answers 400" in caplog.text
    # The event and each of the tickets, once.
    update_passes()
    assert len(api.requests) == sent + 4


def test_changes_follow_when_google_is_back(api, alice):
    order = make_tickets(alice, "A1", "A2", "B1")
    click(alice, order)
    Show.objects.update(title="Another name")
    api.is_down = True
    update_passes()
    api.is_down = False
    update_passes()
    stored = api.stored[f"eventTicketClass/{ISSUER}.performance-{order.performance_id}"]
    assert stored["eventName"]["defaultValue"]["value"] == "Another name"


def test_tickets_that_google_does_not_have_are_no_error(api, alice):
    order = make_tickets(alice, "A1")
    click(alice, order)
    api.stored.clear()
    reissue_tickets(order=order, actor="test")
    update_passes()
    assert api.stored == {} and not WalletPass.objects.to_notify().exists()


def test_texts_are_in_the_language_of_the_order(api, alice):
    order = make_tickets(alice, "A1", "A2", "B1")
    Order.objects.filter(pk=order.pk).update(language="de")
    click(alice, order)
    seat = object_in(api, order.tickets.first())["seatInfo"]["section"]["defaultValue"]
    assert seat["language"] == "de"
    # The event is one for all customers.
    [event] = claims_in(api)["payload"]["eventTicketClasses"]
    assert event["eventName"]["defaultValue"]["language"] == "en"
