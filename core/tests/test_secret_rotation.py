"""What stays valid when SECRET_KEY is replaced and the former one is a fallback."""

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.limits import COOKIE, attempt_source, remember_browser
from accounts.tests.factories import make_user
from api.tests.receivers import make_endpoint
from api.tests.test_webhook_delivery import verified
from api.webhooks.signing import headers_for, secret_of
from bookings.access import KEY_COOKIE, KEY_SALT
from bookings.documents.ticket_codes import ForgedCode, code_of, public_keys, read_code
from bookings.tests.factories import make_paid_order
from core.secret_keys import hmac_matches, hmac_of
from payments.providers.demo import signing
from waitingroom.exceptions import InvalidQueueToken
from waitingroom.queue_tokens import new_token, read_token, sign_token

FORMER = "the former key of this site: xYz0123456789abcdefghijklmnop"
NEW = "the new key of this site: zYx9876543210ponmlkjihgfedcba12"


@pytest.fixture(autouse=True)
def former_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = FORMER, []
    settings.TICKET_SIGNING_KEY = None


@pytest.fixture
def rotate(settings):
    """Return a function that replaces the key, as after a restart."""

    def replace(*, keep_former=True):
        settings.SECRET_KEY = NEW
        settings.SECRET_KEY_FALLBACKS = [FORMER] if keep_former else []

    return replace


def test_an_hmac_is_made_with_the_new_key_and_checked_with_both(rotate):
    former = hmac_of("salt", "value")
    rotate()
    assert hmac_of("salt", "value") != former
    assert hmac_matches(former, "salt", "value")
    assert hmac_matches(hmac_of("salt", "value"), "salt", "value")
    assert hmac_matches(former[:20], "salt", "value", length=20)
    assert not hmac_matches(former, "salt", "another value")
    rotate(keep_former=False)
    assert not hmac_matches(former, "salt", "value")


@pytest.mark.django_db(transaction=True)
class TestTickets:
    def test_sold_tickets_stay_valid(self, rotate):
        ticket = make_paid_order().tickets.first()
        former_code, former_jwk = code_of(ticket), public_keys()[0]
        rotate()
        assert read_code(former_code).ticket == ticket.pk
        assert code_of(ticket) != former_code
        assert read_code(code_of(ticket)).ticket == ticket.pk
        assert former_jwk in public_keys()[1:]

    def test_without_the_fallback_they_are_forged(self, rotate):
        code = code_of(make_paid_order().tickets.first())
        rotate(keep_former=False)
        with pytest.raises(ForgedCode):
            read_code(code)

    def test_they_stay_valid_when_a_signing_key_is_introduced(self, rotate, settings):
        ticket = make_paid_order().tickets.first()
        code = code_of(ticket)
        rotate()
        settings.TICKET_SIGNING_KEY = b"s" * 32
        assert read_code(code).ticket == ticket.pk
        assert read_code(code_of(ticket)).ticket == ticket.pk

    def test_scanners_get_every_key(self, rotate, client):
        rotate()
        keys = [key["x"] for key in public_keys()]
        assert len(set(keys)) == 2
        published = client.get("/.well-known/concert-ticket-key").json()["keys"]
        assert [key["x"] for key in published] == keys

    def test_the_browser_that_bought_still_sees_the_order(self, rotate):
        order = make_paid_order()
        cookie = hmac_of(KEY_SALT, f"{order.key}:visitor")
        rotate()
        assert hmac_matches(cookie, KEY_SALT, f"{order.key}:visitor")
        assert KEY_COOKIE == "order_key"


@pytest.mark.django_db
def test_webhooks_are_signed_with_both_secrets(rotate):
    endpoint = make_endpoint()
    former = secret_of(endpoint)
    rotate()
    new = secret_of(endpoint)
    assert new != former
    body, at = b'{"type": "order.paid"}', timezone.now()
    headers = headers_for(endpoint, event_id="evt-1", body=body, at=at)
    assert verified(former, headers, body) and verified(new, headers, body)
    rotate(keep_former=False)
    headers = headers_for(endpoint, event_id="evt-1", body=body, at=at)
    assert not verified(former, headers, body)


def test_a_queue_token_stays_valid(rotate):
    token = sign_token(
        new_token(
            performance_id=1, lane_id=2, number=3, in_draw=True, owner="alice", visitor="alice"
        )
    )
    rotate()
    assert read_token(token, performance_id=1, visitor="alice").number == 3
    with pytest.raises(InvalidQueueToken):
        read_token(token, performance_id=1, visitor="bob")


@pytest.mark.django_db
def test_a_known_browser_stays_known(rotate):
    alice, request = make_user("alice@example.org"), RequestFactory().get("/")
    response = remember_browser(Client().get("/healthz"), request, alice)
    request.COOKIES[COOKIE] = response.cookies[COOKIE].value
    known = attempt_source(request, alice.email)
    assert known.startswith("browser:")
    rotate()
    assert attempt_source(request, alice.email) == known


def test_a_pending_webhook_of_the_demo_bank_is_accepted(rotate):
    signature = signing.sign(b"{}")
    rotate()
    assert signing.is_genuine(b"{}", signature)
    assert signing.is_genuine(b"{}", signing.sign(b"{}"))
