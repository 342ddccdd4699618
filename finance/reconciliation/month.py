"""The report of a month: income, payouts, and unexplained amounts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from payments.models import Payment, Payout, PayoutLine, Refund
from payments.providers.counter import CASH, TERMINAL, TRANSFER

from ..models import BankDebit, BankTransfer, ReconciliationTask, TillEntry
from .movements import balances_at, outstanding_items, sums_between
from .problems import Problem, find_problems
from .staff_tasks import is_same
from .texts import text_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class ProviderAccount:
    """What a provider owed us at the beginning and the end of the month, with its parts.

    Outgoing money is negative. `awaiting` is the sum that payouts do not contain yet: together with
    the unexplained amounts it is the closing balance.
    """

    provider: str
    currency: str
    opening: Decimal
    captured: Decimal
    refunded: Decimal
    disputed: Decimal
    fees: Decimal
    other: Decimal
    paid_out: Decimal
    closing: Decimal
    awaiting: Decimal
    awaiting_count: int

    @property
    def moved(self) -> Decimal:
        """The sum of all that moved in the month."""
        return (
            self.captured + self.refunded + self.disputed + self.fees + self.other + self.paid_out
        )


@dataclass(frozen=True)
class ByHand:
    """Payments and refunds by hand in the month: by till, by terminal, by transfer."""

    method: str
    name: str
    currency: str
    taken: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        return self.taken + self.refunded


@dataclass(frozen=True)
class MonthReport:
    """The report of a month. `explained` are amounts that staff have closed with a reason."""

    month: str
    accounts: list[ProviderAccount]
    by_hand: list[ByHand]
    on_account: list[ByHand]
    unexplained: list[Problem]
    explained: list[tuple[Problem, str]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every cent is explained."""
        adds_up = all(one.opening + one.moved == one.closing for one in self.accounts)
        return adds_up and not self.unexplained


def month_report(month: date, now: datetime | None = None) -> MonthReport:
    """Return the report of the month that contains this day, in the site's time zone.

    Reads only. A problem belongs to the month in which it happened.
    """
    now = now or timezone.now()
    since, until = bounds(month)
    problems = [one for one in find_problems(now) if _is_within(one.happened_on, since, until)]
    problems += _undecided(since, until)
    open_ones, explained = _split(problems)
    return MonthReport(
        month=f"{since:%Y-%m}",
        accounts=_accounts(since, until),
        by_hand=[*_tills(since, until), *_hand_refunds(since, until)],
        on_account=_transfers(since, until),
        unexplained=open_ones,
        explained=explained,
    )


def bounds(month: date) -> tuple[datetime, datetime]:
    """Return the beginning of the month of this day, and that of the next."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    zone = timezone.get_default_timezone()
    start, end = (datetime(day.year, day.month, 1, tzinfo=zone) for day in (first, following))
    return start, end


def text_of_problem(problem: Problem) -> str:
    """Return the problem as a sentence, in the active language."""
    if problem.key.startswith("transfer:"):
        return _("The bank transfer of %(payer)s is to be decided.") % problem.detail
    return text_of(problem)


def _accounts(since: datetime, until: datetime) -> list[ProviderAccount]:
    opening, closing = balances_at(since), balances_at(until)
    moved = sums_between(since, until)
    awaiting = _awaiting(until)
    accounts = []
    for provider, currency in sorted(closing):
        key = (provider, currency)
        kinds = moved.get(key, {})
        amount, count = awaiting.get(key, (ZERO, 0))
        accounts.append(
            ProviderAccount(
                provider=provider,
                currency=currency,
                opening=opening.get(key, ZERO),
                captured=kinds.get("payment", ZERO),
                refunded=kinds.get("refund", ZERO),
                disputed=kinds.get("dispute", ZERO),
                fees=kinds.get("fee", ZERO),
                other=kinds.get("other", ZERO),
                paid_out=kinds.get("payout", ZERO),
                closing=closing[key],
                awaiting=amount,
                awaiting_count=count,
            )
        )
    return accounts


def _awaiting(until: datetime) -> dict[tuple[str, str], tuple[Decimal, int]]:
    """Return the sum that payouts before `until` do not contain, and the number of items."""
    found: dict[tuple[str, str], tuple[Decimal, int]] = {}
    for one in outstanding_items(until):
        amount, count = found.get((one.provider, one.currency), (ZERO, 0))
        found[one.provider, one.currency] = amount + one.amount, count + 1
    for provider, currency, amount in _coming_back(until):
        before, count = found.get((provider, currency), (ZERO, 0))
        found[provider, currency] = before + amount, count
    return found


def _coming_back(until: datetime) -> Iterable[tuple[str, str, Decimal]]:
    """Yield failed payouts, whose money the provider still has, unless a later one contains it."""
    failed = Payout.objects.filter(
        status=Payout.Status.FAILED, is_complete=True, created_at__lt=until
    )
    yield from failed.values_list("provider", "currency", "amount")
    returned = PayoutLine.objects.filter(
        kind=PayoutLine.Kind.RETURNED, payout__created_at__lt=until
    )
    for provider, currency, gross in returned.values_list(
        "payout__provider", "payout__currency", "gross"
    ):
        yield provider, currency, -gross


def _tills(since: datetime, until: datetime) -> list[ByHand]:
    """Return the sales and refunds of each till in cash, and those by terminal."""
    entries = TillEntry.objects.filter(
        created_at__gte=since,
        created_at__lt=until,
        kind__in=[TillEntry.Kind.SALE, TillEntry.Kind.REFUND],
    )
    rows: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    values = entries.order_by().values_list("method", "session__till", "currency", "kind")
    for method, till, currency, kind, amount in values.annotate(total=Sum("amount")):
        name = till or "" if method == CASH else ""
        taken, refunded = rows.get((method, name, currency), (ZERO, ZERO))
        if kind == TillEntry.Kind.SALE:
            taken += amount
        else:
            refunded += amount
        rows[method, name, currency] = taken, refunded
    return [ByHand(*key, *amounts) for key, amounts in sorted(rows.items())]


def _hand_refunds(since: datetime, until: datetime) -> list[ByHand]:
    """Return refunds of online payments and transfers that staff made by other means."""
    refunds = Refund.objects.accepted().filter(sent_at__gte=since, sent_at__lt=until)
    refunds = refunds.exclude(payment__provider__in=[CASH, TERMINAL, TRANSFER])
    rows = (
        refunds.exclude(paid_out_by="")
        .order_by()
        .values_list("payment__provider", "payment__currency")
    )
    return [
        ByHand("by_hand", provider, currency, ZERO, -total)
        for provider, currency, total in rows.annotate(total=Sum("amount")).order_by(
            "payment__provider", "payment__currency"
        )
    ]


def _transfers(since: datetime, until: datetime) -> list[ByHand]:
    """Return payments and refunds by bank transfer, and what the bank statements list."""
    in_month = {"captured_at__gte": since, "captured_at__lt": until}
    payments = Payment.objects.captured().filter(provider=TRANSFER, **in_month)
    refunds = Refund.objects.accepted().filter(
        payment__provider=TRANSFER, sent_at__gte=since, sent_at__lt=until
    )
    lines_in = {
        "booked_on__gte": timezone.localdate(since),
        "booked_on__lt": timezone.localdate(until),
    }
    lines = BankTransfer.objects.filter(**lines_in)
    taken = _by_currency(payments, "currency")
    refunded = _by_currency(refunds, "payment__currency")
    found = [
        ByHand(TRANSFER, "", currency, taken.get(currency, ZERO), -refunded.get(currency, ZERO))
        for currency in sorted({*taken, *refunded})
    ]
    for status, name in BankTransfer.Status.choices:
        totals = _by_currency(lines.filter(status=status), "currency")
        found += [ByHand("statement", str(name), *one, ZERO) for one in sorted(totals.items())]
    return found + _debits(lines_in)


def _debits(days: dict[str, date]) -> list[ByHand]:
    """Return the debits of the account that concern tickets."""
    debits = BankDebit.objects.filter(**days).exclude(status=BankDebit.Status.OTHER)
    return [
        ByHand("statement", str(name), currency, ZERO, -total)
        for status, name in BankDebit.Status.choices
        for currency, total in sorted(
            _by_currency(debits.filter(status=status), "currency").items()
        )
    ]


def _by_currency(rows: QuerySet[Any], currency: str) -> dict[str, Decimal]:
    return dict(rows.order_by().values_list(currency).annotate(total=Sum("amount")))


def _undecided(since: datetime, until: datetime) -> list[Problem]:
    lines = BankTransfer.objects.undecided().filter(
        booked_on__gte=timezone.localdate(since), booked_on__lt=timezone.localdate(until)
    )
    return [
        Problem(
            f"transfer:{line.pk}",
            ReconciliationTask.Kind.TRANSFER_NOT_ON_ACCOUNT,
            line.booked_on,
            line.amount,
            line.currency,
            TRANSFER,
            {"payer": line.payer or line.text[:60]},
        )
        for line in lines.order_by("booked_on", "pk")
    ]


def _split(problems: list[Problem]) -> tuple[list[Problem], list[tuple[Problem, str]]]:
    """Separate problems into open ones and those that staff have explained, with the reason."""
    closed = {task.key: task for task in ReconciliationTask.objects.closed()}
    open_ones, explained = [], []
    for problem in problems:
        task = closed.get(problem.key)
        if task and is_same(task, problem):
            explained.append((problem, task.reason))
        else:
            open_ones.append(problem)
    return open_ones, explained


def _is_within(day: date, since: datetime, until: datetime) -> bool:
    return timezone.localdate(since) <= day < timezone.localdate(until)
