"""What happens when two requests meet: one of them wins, and no money is made."""

import threading

import stripe

from tools.payments_sandbox.payments import CheckoutClosed


def race(*contestants):
    """Run the callables behind a barrier; return their results, or the exceptions raised."""
    barrier = threading.Barrier(len(contestants))
    results = [None] * len(contestants)

    def run(number, contestant):
        barrier.wait(30)
        try:
            results[number] = contestant()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(contestants)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_session_is_paid_or_expired_and_never_both(client, create_session, payments_sandbox):
    for _round in range(5):
        session = create_session()
        paid, expired = race(
            lambda id=session.id: payments_sandbox.pay(id),
            lambda id=session.id: client.v1.checkout.sessions.expire(id),
        )
        after = client.v1.checkout.sessions.retrieve(session.id)
        if after.status == "complete":
            assert paid == "succeeded"
            assert isinstance(expired, stripe.InvalidRequestError)
        else:
            assert after.status == expired.status == "expired"
            assert isinstance(paid, CheckoutClosed)


def test_two_refunds_at_once_never_exceed_the_payment(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    made = race(*[
        lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 3000})
        for _number in range(4)
    ])  # fmt: skip
    assert sum(isinstance(each, stripe.Refund) for each in made) == 1
    assert sum(each.amount for each in client.v1.refunds.list().data) == 3000


def test_the_same_key_at_once_makes_one_refund(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    made = race(*[
        lambda: client.v1.refunds.create(
            {"payment_intent": intent, "amount": 1000}, {"idempotency_key": "refund-1"}
        )
        for _number in range(4)
    ])  # fmt: skip
    ids = {each.id for each in made if isinstance(each, stripe.Refund)}
    conflicts = [each for each in made if isinstance(each, stripe.IdempotencyError)]
    assert len(ids) == 1
    assert all(each.http_status == 409 for each in conflicts)
    assert len(client.v1.refunds.list().data) == 1
