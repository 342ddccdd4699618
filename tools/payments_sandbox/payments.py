"""Pay on a hosted page, fail to, or let it expire."""

from functools import partial

from .account import Account
from .instruments import ALL, DECLINES, Instrument
from .records import Charge, Checkout, Intent


class CheckoutClosed(Exception):
    """The checkout can no longer be paid."""


def pay(account: Account, checkout: Checkout, instrument_name: str) -> str:
    """Try to pay. Return `challenge`, `succeeded`, `pending` or the failure's code."""
    with account.lock:
        _require_open(account, checkout)
        instrument = ALL[instrument_name]
        if instrument.three_d_secure or account.behaviour(checkout).three_d_secure:
            account.lock.changed = True
            checkout.challenge = instrument.name
            _intent(account, checkout).status = "requires_action"
            return "challenge"
        return _attempt(account, checkout, instrument)


def answer_challenge(account: Account, checkout: Checkout, *, accepted: bool) -> str:
    """Finish the 3-D Secure step and return as `pay` does."""
    with account.lock:
        _require_open(account, checkout)
        if not checkout.challenge:
            raise CheckoutClosed("There is no 3-D Secure step to answer.")
        instrument, checkout.challenge = ALL[checkout.challenge], ""
        if not accepted:
            return _fail(account, checkout, instrument, "authentication_failed")
        return _attempt(account, checkout, instrument)


def expire(account: Account, checkout: Checkout) -> None:
    """Close an open checkout: it can no longer be paid."""
    with account.lock:
        if checkout.status != "open":
            raise CheckoutClosed(f"This checkout is {checkout.status}.")
        checkout.status, checkout.ended_at = "expired", account.clock.timestamp()
        if checkout.intent:
            checkout.intent.status = "canceled"
            checkout.intent.canceled_at = checkout.ended_at
        account.announce("checkout.session.expired", checkout)


def expire_when_due(account: Account, checkout: Checkout) -> None:
    """Let the checkout expire at its time unless it is paid by then."""
    account.at(checkout.expires_at, partial(_expire_if_open, account, checkout))


def cancel(account: Account, checkout: Checkout) -> None:
    """Record that the customer, or the shop, has given up. Only Mollie has this status."""
    with account.lock:
        account.run_due()
        pending = [each for each in _charges(checkout) if each.status == "pending"]
        if checkout.status != "open" and not pending:
            raise CheckoutClosed(f"This checkout is {checkout.status}.")
        for charge in pending:
            charge.status, charge.failure = "failed", "generic_decline"
        checkout.status, checkout.ended_at = "canceled", account.clock.timestamp()
        account.announce("payment.canceled", checkout)


def settle(account: Account, charge: Charge, *, succeeds: bool) -> None:
    """Settle a delayed payment, now. Does nothing if it is settled."""
    with account.lock:
        if charge.status != "pending":
            return
        checkout = charge.checkout
        if succeeds:
            _succeed(account, charge)
            account.announce("checkout.session.async_payment_succeeded", checkout)
        else:
            charge.status, charge.failure = "failed", "generic_decline"
            charge.intent.status = "requires_payment_method"
            checkout.ended_at = account.clock.timestamp()
            account.announce("charge.failed", charge)
            account.announce("payment_intent.payment_failed", charge.intent)
            account.announce("checkout.session.async_payment_failed", checkout)


def _expire_if_open(account: Account, checkout: Checkout) -> None:
    if checkout.status == "open":
        expire(account, checkout)


def _charges(checkout: Checkout) -> list[Charge]:
    return checkout.intent.charges if checkout.intent else []


def _require_open(account: Account, checkout: Checkout) -> None:
    account.run_due()
    if checkout.status != "open":
        raise CheckoutClosed(f"This checkout is {checkout.status}.")


def _attempt(account: Account, checkout: Checkout, instrument: Instrument) -> str:
    behaviour = account.behaviour(checkout)
    if behaviour.decline:
        return _fail(account, checkout, instrument, behaviour.decline)
    if instrument.ends == "declined":
        return _fail(account, checkout, instrument, instrument.decline_code)
    if behaviour.delayed or instrument.ends in ("later", "fails_later"):
        succeeds = behaviour.delayed == "succeeds" or (
            not behaviour.delayed and instrument.ends == "later"
        )
        return _start_delayed(account, checkout, instrument, succeeds, behaviour.settle_after)
    charge = _charge(account, checkout, instrument)
    checkout.status = "complete"
    _succeed(account, charge)
    account.announce("checkout.session.completed", checkout)
    return "succeeded"


def _start_delayed(
    account: Account, checkout: Checkout, instrument: Instrument, succeeds: bool, after: float
) -> str:
    charge = _charge(account, checkout, instrument)
    charge.status, charge.intent.status = "pending", "processing"
    checkout.status = "complete"
    account.at(account.clock.now() + after, partial(settle, account, charge, succeeds=succeeds))
    account.announce("charge.pending", charge)
    account.announce("payment_intent.processing", charge.intent)
    account.announce("checkout.session.completed", checkout)
    return "pending"


def _fail(account: Account, checkout: Checkout, instrument: Instrument, code: str) -> str:
    charge = _charge(account, checkout, instrument)
    charge.status, charge.failure = "failed", code if code in DECLINES else "generic_decline"
    charge.intent.status = "requires_payment_method"
    account.announce("charge.failed", charge)
    account.announce("payment_intent.payment_failed", charge.intent)
    if account.one_attempt:
        checkout.status, checkout.ended_at = "failed", account.clock.timestamp()
        account.announce("payment.failed", checkout)
    return charge.failure


def _succeed(account: Account, charge: Charge) -> None:
    charge.status, charge.intent.status = "succeeded", "succeeded"
    charge.checkout.paid, charge.checkout.paid_at = True, account.clock.timestamp()
    charge.entry = account.book(
        "charge",
        charge.id,
        charge.amount,
        charge.currency,
        account.fee_of(charge.amount, charge.currency),
        account.available_after,
    )
    account.announce("charge.succeeded", charge)
    account.announce("payment_intent.succeeded", charge.intent)


def _intent(account: Account, checkout: Checkout) -> Intent:
    if checkout.intent is None:
        checkout.intent = Intent(
            id=account.new_id("intent"), created=account.clock.timestamp(), checkout=checkout
        )
        account.intents[checkout.intent.id] = checkout.intent
    return checkout.intent


def _charge(account: Account, checkout: Checkout, instrument: Instrument) -> Charge:
    intent = _intent(account, checkout)
    charge = Charge(
        id=account.new_id("charge" if instrument.method == "card" else "local_charge"),
        created=account.clock.timestamp(),
        checkout=checkout,
        intent=intent,
        amount=checkout.amount,
        currency=checkout.currency,
        instrument=instrument.name,
    )
    intent.charges.append(charge)
    account.charges[charge.id] = charge
    return charge
