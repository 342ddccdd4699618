"""Mollie's settlements, which are its payouts.

Mollie shows them to access tokens of an organisation only (`MOLLIE_ACCESS_TOKEN`), not to the keys
of a website. A settlement lists its payments, refunds and chargebacks, and its costs by month and
method (docs.mollie.com/reference/settlements-api).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from mollie.api.client import Client

from core.money import coin
from payments.credentials import Credentials, credentials_of
from payments.exceptions import ProviderUnavailable
from payments.models import Payout, PayoutLine
from payments.providers.base import PayoutLineResult, PayoutResult

from .client import call_for_organisation

STATUS = {"paidout": Payout.Status.PAID, "failed": Payout.Status.FAILED}
ZERO = Decimal(0)
PAGE = 250


def fetch_payouts(since: datetime) -> Iterator[PayoutResult]:
    """Yield the settlements made since then, the newest first; none without an access token."""
    keys = credentials_of("mollie")
    if not keys.access_token:
        return
    yield from call_for_organisation(lambda client: _results(client, since), keys)


def find_token_problems(keys: Credentials) -> list[str]:
    """Try the access token, if there is one; return what is wrong with it."""
    if not keys.access_token:
        return []
    try:
        call_for_organisation(lambda client: client.settlements.list(limit=1), keys)
    except ProviderUnavailable as error:
        return [str(error)]
    return []


def _results(client: Client, since: datetime) -> list[PayoutResult]:
    """Return the results, until a settlement is older than `since`."""
    found = []
    for record in _every(client.settlements):
        if record.status == "open":
            continue  # What is still being collected.
        if _time(record.created_at) < since:
            break
        found.append(_result(record))
    return found


def _result(record: Any) -> PayoutResult:
    settled = record.settled_at or record.created_at
    return PayoutResult(
        reference=record.id,
        status=STATUS.get(record.status, Payout.Status.PENDING),
        amount=Decimal(record.amount["value"]),
        currency=record.amount["currency"],
        created_at=_time(record.created_at),
        arrives_on=_time(settled).date(),
        bank_reference=(record.reference or "")[:100],
        lines=_lines(record),
    )


def _lines(record: Any) -> list[PayoutLineResult]:
    currency, amount = record.amount["currency"], Decimal(record.amount["value"])
    lines = [_payment(one) for one in _every(record.payments)]
    lines += [_refund(one) for one in _every(record.refunds)]
    lines += _chargebacks(list(_every(record.chargebacks)))
    costs = list(_costs(record, currency))
    left = amount - sum((line.net for line in [*lines, *costs]), ZERO)
    if costs and abs(left) < coin(currency) * (len(costs) + 1):
        # Mollie adds costs up exactly and rounds once.
        last = costs.pop()
        net = last.net + left
        costs.append(_line(last.reference, last.kind, net, record, last.description))
        left = ZERO
    lines = _with_reversals(lines, left)
    left = amount - sum((line.net for line in [*lines, *costs]), ZERO)
    if left:
        lines.append(_line("other", PayoutLine.Kind.OTHER, left, record, _("Not listed by Mollie")))
    return [*lines, *costs]


def _payment(one: Any) -> PayoutLineResult:
    return _line(one.id, PayoutLine.Kind.PAYMENT, Decimal(one.amount["value"]), one, payment=one.id)


def _refund(one: Any) -> PayoutLineResult:
    gross = -Decimal(one.amount["value"])
    kind = PayoutLine.Kind.REFUND
    return _line(one.id, kind, gross, one, payment=one["paymentId"], refund=one.id)


def _chargebacks(records: list[Any]) -> list[PayoutLineResult]:
    """Return the chargebacks; one that is listed twice was reversed within the settlement."""
    times = Counter(one.id for one in records)
    lines = []
    for one in {one.id: one for one in records}.values():
        gross = -Decimal(one.amount["value"])
        about = {"payment": one["paymentId"], "dispute": one.id}
        lines.append(_line(one.id, PayoutLine.Kind.DISPUTE, gross, one, **about))
        if times[one.id] > 1:
            lines.append(_line(f"{one.id}:2", PayoutLine.Kind.DISPUTE, -gross, one, **about))
    return lines


def _with_reversals(lines: list[PayoutLineResult], left: Decimal) -> list[PayoutLineResult]:
    """Return the lines with chargebacks turned into reversals, as far as the sum asks for it.

    Mollie lists a chargeback that was reversed after an earlier settlement as it lists a new one.
    """
    turned = []
    for line in lines:
        if line.kind == PayoutLine.Kind.DISPUTE and line.gross < 0 and left >= -2 * line.gross:
            left += 2 * line.gross
            line = PayoutLineResult(**(vars(line) | {"gross": -line.gross, "net": -line.net}))
        turned.append(line)
    return turned


def _costs(record: Any, currency: str) -> Iterator[PayoutLineResult]:
    """Yield what payments, refunds and chargebacks cost, a line for each month and method."""
    for year, months in (record.periods or {}).items():
        for month, period in months.items():
            for number, cost in enumerate(period.get("costs") or (), 1):
                exact = Decimal((cost.get("amountGross") or cost["amountNet"])["value"])
                yield _line(
                    f"costs:{year}-{month}:{number}",
                    PayoutLine.Kind.FEE,
                    -exact.quantize(coin(currency)),
                    record,
                    cost["description"],
                )


def _line(
    reference: str,
    kind: str,
    gross: Decimal,
    record: Any,
    description: str = "",
    *,
    payment: str = "",
    refund: str = "",
    dispute: str = "",
) -> PayoutLineResult:
    return PayoutLineResult(
        reference=reference,
        kind=kind,
        gross=gross,
        fee=ZERO,
        net=gross,
        created_at=_time(record.created_at),
        payment=payment,
        refund=refund,
        dispute=dispute,
        description=description[:200],
    )


def _every(resource: Any) -> Iterator[Any]:
    """Yield all records of a list, page by page."""
    page = resource.list(limit=PAGE)
    while page is not None:
        yield from page
        page = page.get_next()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
