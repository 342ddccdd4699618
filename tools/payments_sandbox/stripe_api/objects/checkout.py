"""Write checkouts and charges as Stripe's objects."""

from typing import TYPE_CHECKING, Any

from ... import instruments
from ...records import Charge, Checkout, Intent

if TYPE_CHECKING:
    from ..account import StripeAccount

_DECLINE_CODES = {
    "generic_decline": "card_declined",
    "insufficient_funds": "card_declined",
    "lost_card": "card_declined",
    "authentication_failed": "payment_intent_authentication_failure",
}

# What one-off payments leave empty.
_ABSENT_FROM_SESSIONS = """
    after_expiration allow_promotion_codes client_secret consent consent_collection
    currency_conversion customer invoice invoice_creation origin_context payment_link
    payment_method_configuration_details permissions recovered_from saved_payment_method_options
    setup_intent shipping_address_collection shipping_cost subscription wallet_options
""".split()
_ABSENT_FROM_CHARGES = """
    application application_fee application_fee_amount customer failure_balance_transaction
    on_behalf_of receipt_number review shipping source source_transfer statement_descriptor
    transfer_data transfer_group
""".split()


def session(account: "StripeAccount", checkout: Checkout) -> dict[str, Any]:
    asked = checkout.request
    is_open = checkout.status == "open"
    return dict.fromkeys(_ABSENT_FROM_SESSIONS) | {
        "id": checkout.id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": checkout.amount,
        "amount_total": checkout.amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": asked.get("billing_address_collection"),
        "cancel_url": checkout.cancel_url or None,
        "client_reference_id": checkout.reference or None,
        "created": checkout.created,
        "currency": checkout.currency.lower(),
        "custom_fields": [],
        "custom_text": {},
        "customer_creation": asked.get("customer_creation", "if_required"),
        "customer_details": _customer(checkout),
        "customer_email": checkout.email or None,
        "discounts": [],
        "expires_at": checkout.expires_at,
        "livemode": account.livemode,
        "locale": checkout.locale or None,
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_intent": checkout.intent.id if checkout.intent else None,
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": checkout.methods,
        "payment_status": "paid" if checkout.paid else "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": checkout.status,
        "submit_type": asked.get("submit_type"),
        "success_url": checkout.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{account.base_url}/c/pay/{checkout.id}" if is_open else None,
    }


def payment_intent(account: "StripeAccount", intent: Intent) -> dict[str, Any]:
    checkout, latest = intent.checkout, intent.charges[-1] if intent.charges else None
    failed = latest is not None and latest.status == "failed"
    received = checkout.amount if intent.status == "succeeded" else 0
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": checkout.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": "automatic" if intent.status == "canceled" else None,
        "capture_method": "automatic_async",
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": checkout.currency.lower(),
        "customer": None,
        "description": checkout.request.get("intent_description"),
        "last_payment_error": _payment_error(latest) if latest and failed else None,
        "latest_charge": latest.id if latest else None,
        "livemode": account.livemode,
        "metadata": checkout.request.get("intent_metadata", {}),
        "next_action": {"type": "use_stripe_sdk"} if intent.status == "requires_action" else None,
        "on_behalf_of": None,
        "payment_method": _method_id(latest) if latest and not failed else None,
        "payment_method_options": {},
        "payment_method_types": checkout.methods,
        "processing": None,
        "receipt_email": checkout.request.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": checkout.request.get("statement_descriptor_suffix"),
        "status": intent.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(account: "StripeAccount", record: Charge) -> dict[str, Any]:
    failed = record.status == "failed"
    succeeded = record.status == "succeeded"
    error = _payment_error(record) if failed else {}
    return dict.fromkeys(_ABSENT_FROM_CHARGES) | {
        "id": record.id,
        "object": "charge",
        "amount": record.amount,
        "amount_captured": record.amount if succeeded else 0,
        "amount_refunded": record.refunded,
        "balance_transaction": record.entry.id if record.entry else None,
        "billing_details": {
            "address": {"city": None, "country": None, "line1": None, "line2": None,
                        "postal_code": None, "state": None},
            "email": record.checkout.email or None,
            "name": "Sandbox Customer",
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "SANDBOX",
        "captured": succeeded,
        "created": record.created,
        "currency": record.currency.lower(),
        "description": record.checkout.request.get("intent_description"),
        "disputed": record.disputed,
        "failure_code": error.get("code"),
        "failure_message": error.get("message"),
        "fraud_details": {},
        "livemode": account.livemode,
        "metadata": record.checkout.request.get("intent_metadata", {}),
        "outcome": _outcome(record),
        "paid": succeeded,
        "payment_intent": record.intent.id,
        "payment_method": _method_id(record),
        "payment_method_details": _method_details(record),
        "receipt_email": record.checkout.request.get("receipt_email"),
        "receipt_url": f"{account.base_url}/receipts/{record.id}" if succeeded else None,
        "refunded": succeeded and record.refunded == record.amount,
        "statement_descriptor_suffix": record.checkout.request.get("statement_descriptor_suffix"),
        "status": record.status,
    }  # fmt: skip


def _customer(checkout: Checkout) -> dict[str, Any] | None:
    if not checkout.email and checkout.status == "open":
        return None
    return {
        "address": None,
        "business_name": None,
        "email": checkout.email or None,
        "individual_name": None,
        "name": None if checkout.status == "open" else "Sandbox Customer",
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }


def _payment_error(record: Charge) -> dict[str, Any]:
    code = _DECLINE_CODES.get(record.failure, "card_declined")
    error = {
        "code": code,
        "doc_url": f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}",
        "message": instruments.DECLINES[record.failure],
        "type": "card_error",
    }
    if code == "card_declined":
        error["decline_code"] = record.failure
    return error


def _outcome(record: Charge) -> dict[str, Any]:
    if record.status == "failed":
        return {
            "network_status": "declined_by_network",
            "reason": record.failure,
            "risk_level": "normal",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }
    return {
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def _method_id(record: Charge) -> str:
    return "pm_1" + record.id[4:]


def _method_details(record: Charge) -> dict[str, Any]:
    instrument = instruments.ALL[record.instrument]
    details: dict[str, Any] = {}
    if instrument.method == "card":
        details = {
            "brand": "visa",
            "country": "DE",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "last4": instrument.last4,
            "network": "visa",
            "three_d_secure": {"result": "authenticated"} if instrument.three_d_secure else None,
            "wallet": None,
        }
    elif instrument.last4:
        details = {"country": "AT", "last4": instrument.last4, "bank_code": "19043"}
    return {instrument.method: details, "type": instrument.method}
