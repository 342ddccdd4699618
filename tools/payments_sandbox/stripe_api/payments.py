"""PaymentIntents, Charges and Refunds: https://docs.stripe.com/api/payment_intents and others."""

from typing import Any

from ..records import Charge
from ..refunds import RefundRefused, refund
from . import objects
from .account import StripeAccount
from .errors import InvalidParameter, StripeError
from .find import find
from .lists import page
from .params import Params


def retrieve_intent(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "payment_intent", id, param="intent"))


def retrieve_charge(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "charge", id))


def list_charges(account: StripeAccount, params: Params) -> dict[str, Any]:
    intent = params.text("payment_intent")
    found = [each for each in account.charges.values() if not intent or each.intent.id == intent]
    return page(account, params, found, "/v1/charges")


def create_refund(account: StripeAccount, params: Params) -> dict[str, Any]:
    charge_id, intent_id = params.text("charge"), params.text("payment_intent")
    amount = params.integer("amount")
    reason = params.choice("reason", ["duplicate", "fraudulent", "requested_by_customer"])
    metadata = params.metadata()
    params.finish()
    charge = _charge(account, charge_id, intent_id)
    if amount is not None and amount < 1:
        raise InvalidParameter(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    try:
        record = refund(account, charge, amount, reason=reason, metadata=metadata)
    except RefundRefused as error:
        too_large = error.code == "amount_too_large"
        raise StripeError(
            str(error),
            code="" if too_large else error.code,
            param="amount" if too_large else "",
        ) from None
    return objects.write(account, record)


def retrieve_refund(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "refund", id))


def list_refunds(account: StripeAccount, params: Params) -> dict[str, Any]:
    charge, intent = params.text("charge"), params.text("payment_intent")
    found = [
        each
        for each in account.refunds.values()
        if (not charge or each.charge.id == charge)
        and (not intent or each.charge.intent.id == intent)
    ]
    return page(account, params, found, "/v1/refunds")


def _charge(account: StripeAccount, charge_id: str, intent_id: str) -> Charge:
    if charge_id:
        return find(account, "charge", charge_id, param="charge")
    if not intent_id:
        raise InvalidParameter(
            "One of the following params should be provided for this request: payment_intent or "
            "charge."
        )
    intent = find(account, "payment_intent", intent_id, param="payment_intent")
    paid = [each for each in intent.charges if each.status == "succeeded"]
    if not paid:
        raise StripeError(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
        )
    return paid[-1]
