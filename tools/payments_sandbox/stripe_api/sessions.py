"""Checkout Sessions: https://docs.stripe.com/api/checkout/sessions."""

from typing import Any

from .. import currencies
from ..instruments import ALL
from ..payments import CheckoutClosed, expire, expire_when_due
from ..records import Checkout
from . import objects
from .account import StripeAccount
from .errors import InvalidParameter, StripeError
from .find import find
from .lists import page
from .params import Params

MIN_OPEN, MAX_OPEN = 30 * 60, 24 * 3600
# A request takes a moment to arrive.
TOLERANCE = 10

LOCALES = """
    auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl
    pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW
""".split()
METHODS = sorted({each.method for each in ALL.values()} - {"banktransfer"})


def create(account: StripeAccount, params: Params) -> dict[str, Any]:
    now = account.clock.timestamp()
    params.choice("mode", ["payment"], required=True)
    params.choice("ui_mode", ["hosted_page"])
    if pricing := params.inside("adaptive_pricing"):
        pricing.choice("enabled", ["true", "false"])
        pricing.finish()
    currency, amount, description = _line_items(params)
    request: dict[str, Any] = {
        "metadata": params.metadata(),
        "submit_type": params.choice("submit_type", ["auto", "book", "donate", "pay"]) or None,
        "customer_creation": params.choice("customer_creation", ["always", "if_required"])
        or "if_required",
        "billing_address_collection": params.choice(
            "billing_address_collection", ["auto", "required"]
        )
        or None,
    } | _intent_data(params)
    checkout = Checkout(
        id=account.new_id("checkout"),
        created=now,
        amount=amount,
        currency=currency,
        description=description,
        success_url=_url(params, "success_url", required=True),
        cancel_url=_url(params, "cancel_url"),
        expires_at=_expires_at(params, now),
        methods=_methods(params),
        reference=params.text("client_reference_id", longest=200),
        email=_email(params),
        locale=params.choice("locale", LOCALES),
        request=request,
    )
    params.finish()
    account.add(checkout)
    expire_when_due(account, checkout)
    return objects.write(account, checkout)


def retrieve(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    return objects.write(account, find(account, "checkout.session", id))


def expire_session(account: StripeAccount, params: Params, id: str) -> dict[str, Any]:
    params.finish()
    checkout = find(account, "checkout.session", id)
    try:
        expire(account, checkout)
    except CheckoutClosed:
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{checkout.status}`."
        ) from None
    return objects.write(account, checkout)


def list_sessions(account: StripeAccount, params: Params) -> dict[str, Any]:
    intent, status = params.text("payment_intent"), params.text("status")
    found = [
        each
        for each in account.checkouts.values()
        if (not intent or (each.intent and each.intent.id == intent))
        and (not status or each.status == status)
    ]
    return page(account, params, found, "/v1/checkout/sessions")


def _line_items(params: Params) -> tuple[str, int, str]:
    """Return the currency, the total in the smallest unit and what the first item is called."""
    items = params.each("line_items")
    if not items:
        raise InvalidParameter(
            "You must pass `line_items` in `payment` mode.",
            param="line_items",
            code="parameter_missing",
        )
    total, names, seen = 0, [], set()
    for item in items:
        price = item.inside("price_data", required=True)
        quantity = item.integer("quantity", required=True) or 0
        item.finish()
        assert price is not None
        code = price.text("currency", required=True)
        unit = price.integer("unit_amount", required=True) or 0
        product = price.inside("product_data", required=True)
        price.finish()
        assert product is not None
        names.append(product.text("name", required=True))
        product.text("description")
        product.texts("images")
        product.metadata()
        product.finish()
        if quantity < 1 or unit < 0:
            raise InvalidParameter("This value must be greater than zero.", param="line_items")
        seen.add(_currency(code))
        total += unit * quantity
    if len(seen) > 1:
        raise InvalidParameter("All line items must be in one currency.", param="line_items")
    currency = seen.pop()
    _require_chargeable(total, currency)
    return currency, total, ", ".join(names)


def _currency(code: str) -> str:
    if code.upper() not in currencies.ALL:
        raise InvalidParameter(
            f"Invalid currency: {code.lower()}.", param="line_items[0][price_data][currency]"
        )
    return code.upper()


def _require_chargeable(amount: int, currency: str) -> None:
    if amount < currencies.minimum(currency):
        least = currencies.written(currencies.minimum(currency), currency)
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least {least}",
            code="amount_too_small",
        )
    if amount > currencies.MAXIMUM:
        raise StripeError(
            "The Checkout Session's total amount due must be no more than "
            f"{currencies.written(currencies.MAXIMUM, currency)}",
            code="amount_too_large",
        )
    if currency in currencies.THREE_DECIMAL and amount % 10:
        raise StripeError(
            f"Amounts in {currency} must be divisible by 10.", code="invalid_charge_amount"
        )
    if currency in currencies.WHOLE_UNITS_ONLY and amount % 100:
        raise StripeError(
            f"Amounts in {currency} must be divisible by 100.", code="invalid_charge_amount"
        )


def _intent_data(params: Params) -> dict[str, Any]:
    data = params.inside("payment_intent_data")
    if data is None:
        return {}
    found = {
        "intent_description": data.text("description", longest=1000) or None,
        "intent_metadata": data.metadata(),
        "receipt_email": data.text("receipt_email") or None,
        "statement_descriptor_suffix": data.text("statement_descriptor_suffix", longest=22) or None,
    }
    data.choice("capture_method", ["automatic", "automatic_async"])
    data.finish()
    return found


def _url(params: Params, name: str, *, required: bool = False) -> str:
    value = params.text(name, required=required)
    if value and not value.startswith(("http://", "https://")):
        raise InvalidParameter("Not a valid URL", param=name, code="url_invalid")
    return value


def _email(params: Params) -> str:
    value = params.text("customer_email", longest=800)
    if value and ("@" not in value or " " in value):
        raise InvalidParameter(
            f"Invalid email address: {value}", param="customer_email", code="email_invalid"
        )
    return value


def _expires_at(params: Params, now: int) -> int:
    asked = params.integer("expires_at")
    if asked is None:
        return now + MAX_OPEN
    if not now + MIN_OPEN - TOLERANCE <= asked <= now + MAX_OPEN + TOLERANCE:
        raise InvalidParameter(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from "
            "Checkout Session creation.",
            param="expires_at",
        )
    return asked


def _methods(params: Params) -> list[str]:
    asked = params.texts("payment_method_types")
    for index, method in enumerate(asked):
        if method not in METHODS:
            raise InvalidParameter(
                f"Invalid payment_method_types[{index}]: must be one of {', '.join(METHODS)}",
                param=f"payment_method_types[{index}]",
            )
    return asked or ["card"]
