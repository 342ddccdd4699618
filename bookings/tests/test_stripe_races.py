"""Races around Stripe's page, in real threads on real PostgreSQL, each with its control."""

import threading
from decimal import Decimal

import pytest
import requests
from django.db.utils import OperationalError

from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Ticket
from bookings.sale import release
from bookings.sale.release import sweep_lapsed_holds
from core.testing.races import losers, race, winners
from payments import charges, page_closing, provider_records, refunds
from payments.charges import settle_payment
from payments.exceptions import RefundExceedsPayment
from payments.models import Payment, Refund
from payments.page_closing import close_requested_pages
from payments.providers.stripe import provider as stripe_provider
from payments.refunds import request_refund, send_refunds
from payments.tests.stripe_shop import deliver

from .browsing import browser_of
from .factories import age_hold, make_customer, make_hold, make_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 20


def make_page(performance=None, label="A1"):
    """Return an order and the address of the page where it is paid."""
    customer = make_customer()
    hold = make_hold(performance=performance or make_sale(), labels=[label], customer=customer)
    order = make_order(hold=hold)
    response = browser_of(customer).post(f"{order.get_absolute_url()}pay/")
    order.buyer = customer
    return order, response["Location"]


def pay_at(url):
    data = {"instrument": "card"}
    return requests.post(url, data=data, allow_redirects=False, timeout=20).status_code


def lapse_and_close():
    sweep_lapsed_holds()
    return close_requested_pages()


def charged(sandbox):
    return sum(charge.status == "succeeded" for charge in sandbox.stripe.charges.values())


def test_paying_while_the_reservation_and_its_page_end(stripe_sandbox):
    """Each customer is charged and has a ticket or a refund, or is not charged."""
    performance = make_sale()
    sold = [make_page(performance, f"A{number}") for number in range(1, 7)]
    for order, _url in sold:
        age_hold(order.hold, minutes=9)

    race(lapse_and_close, *[lambda url=url: pay_at(url) for _order, url in sold])
    deliver(stripe_sandbox)
    lapse_and_close()

    assert Payment.objects.captured().count() == charged(stripe_sandbox)
    assert not Payment.objects.open().exists()
    assert Ticket.objects.valid().count() == Payment.objects.captured().count()
    assert not audit()


def test_without_asking_after_the_closing_a_payment_is_lost(stripe_sandbox, monkeypatch):
    """The control: who paid just before the page was closed would have neither."""
    order, url = make_page()
    age_hold(order.hold, minutes=9)
    sweep_lapsed_holds()
    pay_at(url)
    monkeypatch.setattr(page_closing, "settle_payment", lambda payment: payment)

    close_requested_pages()

    assert charged(stripe_sandbox) == 1
    assert Payment.objects.get().status == "open"


def meet_in_the_middle(monkeypatch):
    """Let the capture have locked the payment, and the lapse the hold, before either goes on."""
    barrier = threading.Barrier(2)

    def after(module, name):
        original = getattr(module, name)

        def together(*args, **kwargs):
            found = original(*args, **kwargs)
            barrier.wait(PATIENCE)
            return found

        monkeypatch.setattr(module, name, together)

    after(charges, "lock_payment")
    after(release.locks, "lock_lapsed_holds")


def test_a_capture_and_a_lapse_lock_in_one_order(stripe_sandbox, monkeypatch):
    order, url = make_page()
    pay_at(url)
    age_hold(order.hold, minutes=9)
    payment = Payment.objects.get()
    meet_in_the_middle(monkeypatch)

    assert losers(race(lambda: settle_payment(payment), sweep_lapsed_holds), ()) == []

    monkeypatch.undo()
    order.refresh_from_db()
    assert order.is_confirmed
    assert not audit()


def test_an_update_of_the_payment_would_deadlock(stripe_sandbox, monkeypatch):
    """The control: who has locked the hold may not wait for the payment."""
    order, url = make_page()
    pay_at(url)
    age_hold(order.hold, minutes=9)
    payment = Payment.objects.get()
    meet_in_the_middle(monkeypatch)
    monkeypatch.setattr(
        release,
        "close_pages",
        lambda purposes: Payment.objects.filter(purpose__in=purposes).update(failure="closing"),
    )

    outcomes = race(lambda: settle_payment(payment), sweep_lapsed_holds)

    assert "deadlock" in str(losers(outcomes, OperationalError)[0])


def test_the_webhook_and_the_customers_return_at_once(stripe_sandbox):
    order, url = make_page()
    pay_at(url)
    messages = stripe_sandbox.take_webhooks()
    browser = browser_of(order.buyer)

    race(
        lambda: deliver(stripe_sandbox, messages=messages),
        lambda: browser.get(order.get_absolute_url()),
        lambda: deliver(stripe_sandbox, messages=messages[::-1]),
    )

    assert Order.objects.get().is_confirmed
    assert Ticket.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="payment").count() == 1
    assert not audit()


@pytest.fixture
def paid(stripe_sandbox):
    """Return the captured payment, of 45.00 EUR, of an order."""
    _order, url = make_page()
    pay_at(url)
    deliver(stripe_sandbox)
    return Payment.objects.get()


def ask(payment, amount, key):
    return request_refund(payment=payment, amount=Decimal(amount), key=key, reason="Cancelled")


def test_two_partial_refunds_at_once_stay_within_the_payment(paid, stripe_sandbox):
    outcomes = race(lambda: ask(paid, "30.00", "a"), lambda: ask(paid, "30.00", "b"))
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, RefundExceedsPayment)) == 1
    race(send_refunds, send_refunds)
    assert [record.amount for record in stripe_sandbox.stripe.refunds.values()] == [3000]


def test_without_the_lock_two_partial_refunds_exceed_it(paid, monkeypatch):
    """The control: Stripe would refuse the second one, long after it was promised."""
    monkeypatch.setattr("payments.querysets.PaymentQuerySet.locked", lambda self: self.all())
    barrier = threading.Barrier(2)
    original = refunds.Refund.objects.create

    def together(**values):
        barrier.wait(PATIENCE)
        return original(**values)

    monkeypatch.setattr(refunds.Refund.objects, "create", together)
    outcomes = race(lambda: ask(paid, "30.00", "a"), lambda: ask(paid, "30.00", "b"))
    assert len(winners(outcomes)) == 2


def refund_seen_by_a_webhook_first(stripe_sandbox, monkeypatch):
    """Send our refund; its webhook comes before its sending is recorded here."""
    original = refunds._mark_sent

    def slowly(refund, result):
        deliver(stripe_sandbox)
        return original(refund, result)

    monkeypatch.setattr(refunds, "_mark_sent", slowly)
    send_refunds()


def test_our_refund_is_not_taken_for_one_of_the_dashboard(paid, stripe_sandbox, monkeypatch):
    ask(paid, "20.00", "a")
    refund_seen_by_a_webhook_first(stripe_sandbox, monkeypatch)
    refund = Refund.objects.get()
    assert (refund.status, refund.made_at_provider) == ("succeeded", False)


def test_without_its_key_it_would_be_recorded_twice(paid, stripe_sandbox, monkeypatch):
    """The control: our key in Stripe's record tells them apart."""
    original = stripe_provider.refund_result
    monkeypatch.setattr(
        stripe_provider,
        "refund_result",
        lambda record: stripe_provider.replace(original(record), key=""),
    )
    ask(paid, "20.00", "a")
    with pytest.raises(Exception, match="one_refund_for_a_reference"):
        refund_seen_by_a_webhook_first(stripe_sandbox, monkeypatch)


def test_a_refund_in_the_dashboard_against_ours(paid, stripe_sandbox):
    """Together never more than the payment; ours is a task if it came second."""
    ask(paid, "30.00", "a")
    outcomes = race(send_refunds, lambda: stripe_sandbox.refund(paid.key, 3000))
    deliver(stripe_sandbox)

    at_stripe = sum(record.amount for record in stripe_sandbox.stripe.refunds.values())
    assert at_stripe == 3000
    ours, found = Refund.objects.filter(key="a").get(), Refund.objects.filter(made_at_provider=True)
    if found.exists():
        assert ours.status == "failed" and ours.act_by
    else:
        assert ours.status == "succeeded" and outcomes[1].error
    recorded = Refund.objects.accepted().total()
    assert recorded == Decimal("30.00")


def test_without_recording_it_more_would_be_promised_than_was_paid(
    paid, stripe_sandbox, monkeypatch
):
    """The control: the refund of the dashboard counts against the payment here."""
    stripe_sandbox.refund(paid.key, 3000)
    with monkeypatch.context() as unrecorded:
        unrecorded.setattr(provider_records, "_add_found", lambda *_found: None)
        deliver(stripe_sandbox)
        assert ask(paid, "45.00", "a").status == "queued"
    send_refunds()
    assert Refund.objects.get(key="a").status == "failed"


def captured_twice_at_once(monkeypatch, payment):
    """Let two processes read the payment as open before either of them applies the capture."""
    barrier = threading.Barrier(2)
    original = charges.get_provider(payment.provider).fetch_status

    def together(*args, **kwargs):
        result = original(*args, **kwargs)
        barrier.wait(PATIENCE)
        return result

    provider = charges.get_provider(payment.provider)
    monkeypatch.setattr(provider, "fetch_status", together)
    return race(lambda: settle_payment(payment), lambda: settle_payment(payment))


def test_two_that_find_the_capture_at_once_apply_it_once(stripe_sandbox, monkeypatch):
    _order, url = make_page()
    pay_at(url)
    captured_twice_at_once(monkeypatch, Payment.objects.get())
    assert LedgerEntry.objects.filter(kind="payment").count() == 1
    assert not audit()


def test_without_the_lock_the_capture_is_applied_twice(stripe_sandbox, monkeypatch):
    """The control: both would take the payment for open."""
    _order, url = make_page()
    pay_at(url)
    applied = []
    monkeypatch.setattr(charges, "lock_payment", lambda pk: Payment(**stale))
    stale = Payment.objects.values().get()
    monkeypatch.setattr(charges.payment_captured, "send", lambda **event: applied.append(event))
    captured_twice_at_once(monkeypatch, Payment.objects.get())
    assert len(applied) == 2
