"""Mollie's settlements, which are its payouts.

Mollie shows them to access tokens of an organisation only (`Credentials.access_token`), not to the
keys of a website. A settlement lists its payments, refunds and chargebacks, and its costs by month
and method (docs.mollie.com/reference/settlements-api).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
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


def fetch_payouts(since: datetime, without_lines: Collection[str]) -> Iterator[PayoutResult]:
    """Yield the settlements made since then, the newest first; none without an access token."""
    keys = credentials_of("mollie")
    if not keys.access_token:
        return
    yield from call_for_organisation(lambda client: _results(client, since, without_lines), keys)


def find_token_problems(keys: Credentials) -> list[str]:
    """Try the access token, if there is one; return what is wrong with it."""
    if not keys.access_token:
        return []
    try:
        call_for_organisation(lambda client: client.settlements.list(limit=1), keys)
    except ProviderUnavailable as error:
        return [str(error)]
    return []


def _results(client: Client, since: datetime, without_lines: Collection[str]) -> list[PayoutResult]:
    """Return the results, until a settlement is older than `since`."""
    found = []
    for record in _every(client.settlements):
        if record.status == "open":
            continue  # What is still being collected.
        if _time(record.created_at) < since:
            break
        found.append(_result(record, lists_lines=record.id not in without_lines))
    return found


def _result(record: Any, *, lists_lines: bool) -> PayoutResult:
    settled = record.settled_at or record.created_at
    return PayoutResult(
        reference=record.id,
        status=STATUS.get(record.status, Payout.Status.PENDING),
        amount=Decimal(record.amount["value"]),
        currency=record.amount["currency"],
        created_at=_time(record.created_at),
        arrives_on=_time(settled).date(),
        bank_reference=(record.reference or "")[:100],
        lines=_lines(record) if lists_lines else None,
    )


def _lines(record: Any) -> list[PayoutLineResult]:
    currency, amount = record.amount["currency"], Decimal(record.amount["value"])
    lines = [_payment(one) for one in _every(record.payments)]
    taken = [_refund(one) for one in _every(record.refunds)]
    taken += [_chargeback(one) for one in _every(record.chargebacks)]
    costs = list(_costs(record, currency))
    lines += _with_returns(taken, amount - _net([*lines, *costs]), coin(currency) * len(costs))
    left = amount - _net([*lines, *costs])
    if costs and abs(left) <= coin(currency) * len(costs):
        # Mollie adds costs up exactly and rounds once.
        last = costs.pop()
        costs.append(_line(last.reference, last.kind, last.net + left, record, last.description))
    elif left:
        lines.append(_line("other", PayoutLine.Kind.OTHER, left, record, _("Not listed by Mollie")))
    return [*lines, *costs]


def _payment(one: Any) -> PayoutLineResult:
    return _line(one.id, PayoutLine.Kind.PAYMENT, Decimal(one.amount["value"]), one, payment=one.id)


def _refund(one: Any) -> tuple[PayoutLineResult, bool]:
    """Return the line of a refund, and whether it can have come back."""
    gross, about = -Decimal(one.amount["value"]), {"payment": one["paymentId"], "refund": one.id}
    line = _line(one.id, PayoutLine.Kind.REFUND, gross, one, **about)
    return line, one.status in ("failed", "canceled")


def _chargeback(one: Any) -> tuple[PayoutLineResult, bool]:
    """Return the line of a chargeback, and whether it can have been reversed."""
    gross, about = -Decimal(one.amount["value"]), {"payment": one["paymentId"], "dispute": one.id}
    line = _line(one.id, PayoutLine.Kind.DISPUTE, gross, one, **about)
    return line, bool(one.reversed_at)


def _with_returns(
    taken: list[tuple[PayoutLineResult, bool]], total: Decimal, tolerance: Decimal
) -> list[PayoutLineResult]:
    """Return the refunds and chargebacks, those that came back with the opposite sign.

    Mollie lists money that came back as it lists the refund or chargeback itself. One that is
    listed twice went and came back within the settlement; of those that are listed once, as many
    came back as the `total` of all asks for.
    """
    times = Counter(line.reference for line, _may_return in taken)
    left = total - _net([line for line, _may_return in taken])
    seen: set[str] = set()
    lines = []
    for line, may_return in taken:
        is_second = line.reference in seen
        seen.add(line.reference)
        is_asked_for = times[line.reference] == 1 and left >= -2 * line.gross - tolerance
        if is_second or (may_return and is_asked_for):
            left += 2 * line.gross
            name = f"{line.reference}:back" if is_second else line.reference
            line = replace(line, reference=name, gross=-line.gross, net=-line.net)
        lines.append(line)
    return lines


def _net(lines: Iterable[PayoutLineResult]) -> Decimal:
    return sum((line.net for line in lines), ZERO)


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
