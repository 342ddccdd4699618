"""Payments at Mollie, through its own client."""

import pytest
import requests
from mollie.api.error import (
    NotFoundError,
    RequestError,
    ResponseError,
    UnauthorizedError,
    UnprocessableEntityError,
)

DAY = 24 * 3600


def press(payment, **data):
    return requests.post(payment.checkout_url, data=data, allow_redirects=False, timeout=5)


def test_it_creates_an_open_payment(mollie, create_payment, payments_sandbox):
    payment = create_payment(locale="de_DE")
    assert payment.id.startswith("tr_")
    assert (payment.status, payment.mode) == ("open", "test")
    assert payment.amount == {"value": "45.00", "currency": "EUR"}
    assert payment.metadata == {"payment": "key-1"}
    assert payment.checkout_url == f"{payments_sandbox.url}/checkout/{payment.id}"
    assert not payment.is_cancelable


def test_a_customer_pays_on_the_page_without_javascript(mollie, create_payment):
    payment = create_payment()
    assert "45.00 EUR" in requests.get(payment.checkout_url, timeout=5).text
    answer = press(payment, instrument="ideal")
    assert answer.headers["Location"] == "http://shop.example.org/return"
    paid = mollie.payments.get(payment.id)
    assert paid.is_paid()
    assert (paid.method, paid.amount_remaining["value"]) == ("ideal", "45.00")
    assert paid.checkout_url is None


@pytest.mark.parametrize(
    "data, status, place",
    [
        ({"instrument": "card_declined"}, "failed", "return"),
        ({"action": "cancel"}, "canceled", "cancel"),
    ],
)
def test_a_payment_ends_with_its_first_attempt(mollie, create_payment, data, status, place):
    payment = create_payment()
    assert press(payment, **data).headers["Location"] == f"http://shop.example.org/{place}"
    assert mollie.payments.get(payment.id).status == status
    assert press(payment, instrument="card").status_code == 409


def test_three_d_secure_is_a_step_of_its_own(mollie, create_payment):
    payment = create_payment()
    assert press(payment, instrument="card_3ds").headers["Location"] == f"/checkout/{payment.id}"
    url = f"{payment.checkout_url}/challenge"
    requests.post(url, data={"answer": "accept"}, allow_redirects=False, timeout=5)
    paid = mollie.payments.get(payment.id)
    assert (paid.status, paid.details["cardSecurity"]) == ("paid", "3dsecure")


def test_a_payment_expires(mollie, create_payment, payments_sandbox):
    payment = create_payment(method="ideal")
    payments_sandbox.advance(15 * 60)
    assert mollie.payments.get(payment.id).status == "expired"


@pytest.mark.parametrize(
    "instrument, first, last",
    [
        ("transfer", "open", "paid"),
        ("transfer_fails", "open", "expired"),
        ("sepa", "pending", "paid"),
        ("sepa_fails", "pending", "failed"),
    ],
)
def test_a_delayed_method_is_settled_days_later(
    mollie, create_payment, payments_sandbox, instrument, first, last
):
    payment = create_payment(method=["banktransfer", "directdebit"])
    payments_sandbox.pay(payment.id, instrument)
    assert mollie.payments.get(payment.id).status == first
    payments_sandbox.advance(3 * DAY)
    assert mollie.payments.get(payment.id).status == last


def test_only_a_bank_transfer_can_be_canceled(mollie, create_payment, payments_sandbox):
    with pytest.raises(UnprocessableEntityError):
        mollie.payments.delete(create_payment(method="ideal").id)
    transfer = create_payment(method="banktransfer")
    payments_sandbox.pay(transfer.id, "transfer")
    assert mollie.payments.get(transfer.id).is_cancelable
    assert mollie.payments.delete(transfer.id).is_canceled()
    payments_sandbox.advance(3 * DAY)
    assert mollie.payments.get(transfer.id).is_canceled()


@pytest.mark.parametrize(
    "field, change",
    [
        ("amount.value", {"amount": {"value": "45.0", "currency": "EUR"}}),
        ("amount.value", {"amount": {"value": "45.00", "currency": "JPY"}}),
        ("amount.value", {"amount": {"value": "0.00", "currency": "EUR"}}),
        ("amount.currency", {"amount": {"value": "45.00", "currency": "XXX"}}),
        ("redirectUrl", {"redirectUrl": "return"}),
        ("description", {"description": ""}),
        ("locale", {"locale": "de"}),
        ("method", {"method": "barter"}),
        ("colour", {"colour": "red"}),
    ],
)
def test_a_wrong_field_is_named(create_payment, field, change):
    with pytest.raises(UnprocessableEntityError) as refused:
        create_payment(**change)
    assert refused.value.field == field


def test_a_key_repeats_the_answer(mollie, create_payment):
    first = create_payment(idempotency_key="key-1")
    assert create_payment(idempotency_key="key-1").id == first.id
    with pytest.raises(UnprocessableEntityError):
        create_payment(idempotency_key="key-1", description="Another")


def test_a_wrong_key_is_refused(mollie):
    mollie.set_api_key("test_wrong")
    with pytest.raises(UnauthorizedError):
        mollie.profiles.get("me")


def test_test_and_live_mode_share_nothing(mollie, create_payment, payments_sandbox):
    payment = create_payment()
    mollie.set_api_key(payments_sandbox.mollie_live.key)
    with pytest.raises(NotFoundError):
        mollie.payments.get(payment.id)
    assert mollie.profiles.get("me")["mode"] == "live"


def test_an_error_is_shaped_as_mollies(mollie, payments_sandbox):
    payments_sandbox.behave(fail_next=1, fail_with=503)
    with pytest.raises(ResponseError) as refused:
        mollie.profiles.get("me")
    assert refused.value.status == 503


def test_a_payment_without_an_answer_is_made_once(mollie, create_payment, payments_sandbox):
    payments_sandbox.behave(lose_answers=1, lose_for=0.2)
    with pytest.raises(RequestError):
        create_payment(idempotency_key="key-1")
    again = create_payment(idempotency_key="key-1")
    assert [each.id for each in mollie.payments.list()] == [again.id]
