"""What Mollie's API does: payments, refunds, chargebacks, settlements, balances."""

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.wrappers import Request

from .. import payments as domain
from ..instruments import ALL
from ..records import Charge, Checkout, Payout
from ..refunds import RefundRefused, cancel_refund
from ..refunds import refund as make_refund
from . import objects, settlements
from .account import MollieAccount
from .errors import MollieError, invalid, not_found
from .requests import (
    read_amount,
    read_description,
    read_locale,
    read_methods,
    read_url,
    refuse_unknown,
)

METHODS = {objects.METHODS.get(each.method, each.method): each.method for each in ALL.values()}
# Seconds until a payment expires that is not paid.
OPEN_FOR = {"card": 1800, "bancontact": 3600, "paypal": 3 * 3600, "banktransfer": 14 * 24 * 3600}
OPEN_OTHERWISE = 900
# Two refunds of one payment with the same amount within so many seconds are taken for one.
DUPLICATE_WITHIN = 10


def create_payment(account: MollieAccount, body: dict[str, Any]) -> dict[str, Any]:
    refuse_unknown(
        body,
        "amount description redirectUrl cancelUrl webhookUrl locale method metadata "
        "billingAddress sequenceType testmode".split(),
    )
    asked = read_amount(body)
    assert asked is not None
    units, currency = asked
    methods = read_methods(body, METHODS)
    now = account.clock.timestamp()
    address = body.get("billingAddress") or {}
    metadata = body.get("metadata")
    checkout = Checkout(
        id=account.new_id("checkout"),
        created=now,
        amount=units,
        currency=currency,
        description=read_description(body, required=True),
        success_url=read_url(body, "redirectUrl", required=True),
        cancel_url=read_url(body, "cancelUrl"),
        expires_at=now + OPEN_FOR.get(methods[0] if len(methods) == 1 else "", OPEN_OTHERWISE),
        methods=methods or sorted(set(METHODS.values()) - {"sepa_debit"}),
        reference=_reference(metadata),
        email=address.get("email", ""),
        locale=read_locale(body),
        request={"metadata": metadata},
        webhook_url=read_url(body, "webhookUrl"),
    )
    account.add(checkout)
    domain.expire_when_due(account, checkout)
    return objects.payment(account, checkout)


def get_payment(account: MollieAccount, _body: dict[str, Any], id: str) -> dict[str, Any]:
    return objects.payment(account, find_payment(account, id))


def cancel_payment(account: MollieAccount, _body: dict[str, Any], id: str) -> dict[str, Any]:
    checkout = find_payment(account, id)
    if not objects.is_cancelable(checkout):
        raise MollieError(422, "The payment cannot be canceled")
    domain.cancel(account, checkout)
    return objects.payment(account, checkout)


def create_refund(account: MollieAccount, body: dict[str, Any], id: str) -> dict[str, Any]:
    refuse_unknown(body, ["amount", "description", "metadata", "testmode"])
    charge = _paid_charge(find_payment(account, id))
    asked = read_amount(body)
    assert asked is not None
    units, currency = asked
    if currency != charge.currency:
        raise invalid("amount.currency", "The currency differs from that of the payment")
    since = account.clock.timestamp() - DUPLICATE_WITHIN
    if any(each.amount == units and each.created > since for each in charge.refunds):
        raise MollieError(409, "A duplicate refund has been detected")
    try:
        record = make_refund(
            account,
            charge,
            units,
            description=read_description(body, required=False),
            metadata=body.get("metadata"),
        )
    except RefundRefused as error:
        if error.code == "amount_too_large":
            raise invalid("amount", "The amount is higher than the maximum") from None
        raise MollieError(409, str(error)) from None
    return objects.refund(account, record)


def get_refund(
    account: MollieAccount, _body: dict[str, Any], id: str, refund_id: str
) -> dict[str, Any]:
    return objects.refund(account, _find_refund(account, id, refund_id))


def delete_refund(
    account: MollieAccount, _body: dict[str, Any], id: str, refund_id: str
) -> dict[str, Any]:
    """Cancel a refund that is not under way yet."""
    record = _find_refund(account, id, refund_id)
    if record.status not in ("queued", "pending"):
        raise MollieError(422, "The refund can no longer be canceled")
    cancel_refund(account, record)
    return {}


def get_chargeback(
    account: MollieAccount, _body: dict[str, Any], id: str, chargeback_id: str
) -> dict[str, Any]:
    find_payment(account, id)
    record = account.disputes.get(chargeback_id)
    if record is None or record.charge.checkout.id != id:
        raise not_found(chargeback_id)
    return objects.chargeback(account, record)


def get_settlement(account: MollieAccount, _body: dict[str, Any], id: str) -> dict[str, Any]:
    if id in ("open", "next"):
        return settlements.open_settlement(account)
    return settlements.settlement(account, find_settlement(account, id))


def get_balance(account: MollieAccount, _body: dict[str, Any], id: str) -> dict[str, Any]:
    require_balance(account, id)
    return settlements.balance(account)


def get_profile(account: MollieAccount, _body: dict[str, Any]) -> dict[str, Any]:
    return objects.profile(account)


def find_payment(account: MollieAccount, id: str) -> Checkout:
    if id not in account.checkouts:
        raise not_found(id)
    return account.checkouts[id]


def find_settlement(account: MollieAccount, id: str) -> Payout:
    """Return the settlement that has this ID or reference."""
    for each in account.payouts.values():
        if id in (each.id, settlements.reference(account, each)):
            return each
    raise not_found(id)


def require_balance(account: MollieAccount, id: str) -> None:
    if id not in ("primary", account.balance_id):
        raise not_found(id)


class Lists:
    """Lists, newest first, page by page: https://docs.mollie.com/reference/pagination."""

    @staticmethod
    def methods(_account: MollieAccount, request: Request) -> dict[str, Any]:
        """Return the methods that are active: all but direct debits."""
        code = request.args.get("amount[currency]", "EUR")
        names = [name for name in METHODS if code == "EUR" or name in ("creditcard", "paypal")]
        items = [
            {"resource": "method", "id": name, "description": name, "status": "activated"}
            for name in names
            if name != "directdebit"
        ]
        return {"count": len(items), "_embedded": {"methods": items}, "_links": {}}

    @staticmethod
    def payments(account: MollieAccount, request: Request) -> dict[str, Any]:
        return _page(account, request, "payments", [*account.checkouts.values()], objects.payment)

    @staticmethod
    def refunds(account: MollieAccount, request: Request, id: str = "") -> dict[str, Any]:
        found = [*account.refunds.values()]
        if id:
            checkout = find_payment(account, id)
            found = [each for each in found if each.charge.checkout is checkout]
        return _page(account, request, "refunds", found, objects.refund)

    @staticmethod
    def chargebacks(account: MollieAccount, request: Request, id: str = "") -> dict[str, Any]:
        found = [*account.disputes.values()]
        if id:
            checkout = find_payment(account, id)
            found = [each for each in found if each.charge.checkout is checkout]
        return _page(account, request, "chargebacks", found, objects.chargeback)

    @staticmethod
    def settlements(account: MollieAccount, request: Request) -> dict[str, Any]:
        found = [*account.payouts.values()]
        return _page(account, request, "settlements", found, settlements.settlement)

    @staticmethod
    def settlement_lines(
        account: MollieAccount, request: Request, id: str, name: str
    ) -> dict[str, Any]:
        """Return the payments, refunds or chargebacks that a settlement contains."""
        sources = [each.source for each in find_settlement(account, id).entries]
        if name == "payments":
            charges = [account.charges[each] for each in sources if each in account.charges]
            found: list[Any] = [each.checkout for each in charges]
            return _page(account, request, name, found, objects.payment)
        if name == "refunds":
            found = [account.refunds[each] for each in sources if each in account.refunds]
            return _page(account, request, name, found, objects.refund)
        if name == "chargebacks":
            found = [account.disputes[each] for each in sources if each in account.disputes]
            return _page(account, request, name, found, objects.chargeback)
        return _page(account, request, name, [], objects.payment)

    @staticmethod
    def balances(account: MollieAccount, request: Request) -> dict[str, Any]:
        items = [settlements.balance(account)]
        return {"count": 1, "_embedded": {"balances": items}, "_links": _page_links(request, None)}

    @staticmethod
    def balance_transactions(account: MollieAccount, request: Request, id: str) -> dict[str, Any]:
        require_balance(account, id)
        found = [each for each in account.entries.values() if each.currency == "EUR"]
        return _page(
            account, request, "balance_transactions", found, settlements.balance_transaction
        )


def _page(
    account: MollieAccount,
    request: Request,
    name: str,
    records: Sequence[Any],
    write: Callable[[MollieAccount, Any], dict[str, Any]],
) -> dict[str, Any]:
    limit = request.args.get("limit", 50, type=int)
    if not 1 <= limit <= 250:
        raise MollieError(400, "Invalid limit", "limit")
    newest_first = list(reversed(records))
    start = 0
    if first := request.args.get("from"):
        ids = [each.id for each in newest_first]
        if first not in ids:
            raise MollieError(400, "Invalid cursor value", "from")
        start = ids.index(first)
    shown, rest = newest_first[start : start + limit], newest_first[start + limit :]
    return {
        "count": len(shown),
        "_embedded": {name: [write(account, each) for each in shown]},
        "_links": _page_links(request, rest[0].id if rest else None, limit),
    }


def _page_links(request: Request, following: str | None, limit: int = 50) -> dict[str, Any]:
    kind = "application/hal+json"
    after = {"href": f"{request.base_url}?from={following}&limit={limit}", "type": kind}
    return {
        "self": {"href": request.url, "type": kind},
        "previous": None,
        "next": after if following else None,
        "documentation": {"href": "https://docs.mollie.com/reference", "type": "text/html"},
    }


def _paid_charge(checkout: Checkout) -> Charge:
    charge = objects.last_charge(checkout)
    if charge is None or charge.status != "succeeded":
        raise MollieError(422, "The payment has not been paid and cannot be refunded")
    return charge


def _find_refund(account: MollieAccount, id: str, refund_id: str) -> Any:
    find_payment(account, id)
    record = account.refunds.get(refund_id)
    if record is None or record.charge.checkout.id != id:
        raise not_found(refund_id)
    return record


def _reference(metadata: Any) -> str:
    """Return the shop's reference: metadata that is a string, or its first value."""
    if isinstance(metadata, dict):
        metadata = next(iter(metadata.values()), "")
    return metadata if isinstance(metadata, str) else ""
