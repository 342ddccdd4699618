"""Run the simulated year, day by day."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from finance.documents.issuing import issue_due_documents
from finance.ledger_seals import seal_ledger
from finance.till.sessions import cash_in, close_till, open_session_of, open_till
from payments import credentials
from payments.payouts import fetch_payouts
from tools.payments_sandbox.sandbox import Sandbox

from .bank import BankAccount
from .clock import SimulatedTime, days_of
from .later_events import LaterEvents
from .programme import Seats, make_cashier, make_programme
from .promoters import settle_performances
from .sales import Sales

DAYS = 365
# Days at the end on which nothing new happens, until everything has been paid out.
QUIET_DAYS = 25
# The last days on which customers still cancel: payouts after them take it into account.
LAST_AFTERMATH = 15
FLOAT = Decimal(2000)


@dataclass
class Year:
    """A simulated year, as it ended. `counts` says how many of what there were."""

    programme: list[Seats]
    counts: dict[str, int]
    first_day: datetime
    last_day: datetime


def simulate(
    orders: int, *, seed: int = 1, days: int = DAYS, log: Callable[[int], None] = lambda day: None
) -> Year:
    """Sell so many orders over a year that ends today, with all that happens to them.

    Needs an empty database. `log` is called with the number of each day that has passed.
    """
    chance = random.Random(seed)
    total = days + QUIET_DAYS
    with Sandbox(behind=timedelta(days=total).total_seconds()) as sandbox, _providers(sandbox):
        sandbox.keep_webhooks()
        sandbox.behave(payouts="daily")
        time, account, cashier = SimulatedTime(sandbox), BankAccount(), make_cashier()
        sales = Sales(sandbox, time, account, cashier, chance)
        later_events = LaterEvents(sales, sandbox, chance)
        programme = make_programme(_performances(orders), rows=_rows(orders))
        mornings = days_of(time.today(), total)
        sold = 0
        for number, morning in enumerate(mornings):
            time.pass_until(morning)
            until = round(orders * (number + 1) / days) if number < days else orders
            for _order in range(until - sold):
                _with_till(cashier, time)
                sales.sell(chance.choice([one for one in programme if one.left >= 4]))
            if number < days - LAST_AFTERMATH:
                later_events.make_due(until - sold)
            sold = until
            _evening(number, sales, later_events, account, time)
            sandbox.take_webhooks()
            log(number + 1)
        issue_due_documents(everything=True)
        seal_ledger()
        settlements = settle_performances(programme, by=cashier)
        counts = sales.counts | later_events.counts | {"settlements": len(settlements)}
    return Year(programme, counts, mornings[0], mornings[-1])


def _evening(
    number: int, sales: Sales, later_events: LaterEvents, account: BankAccount, time: SimulatedTime
) -> None:
    """Close the day: the till, and what happens every week."""
    sales.settle_pending()
    if number % 7 == 6:
        later_events.decide()
        _cash_up(sales.cashier, sales.chance)
    if number % 3 == 2:
        fetch_payouts(time.now(), look_back=timedelta(days=20))
        account.receive_payouts(time.today())
        account.send_refunds(time.today())
        account.import_statement()
    time.move_rows()


def _with_till(cashier, time: SimulatedTime) -> None:
    if open_session_of(cashier) is None:
        open_till(
            cashier=cashier, till=f"Till {time.today():%W}", currency="EUR", opening_float=FLOAT
        )


def _cash_up(cashier, chance: random.Random) -> None:
    """Count the cash: now and then some is missing, which staff note."""
    session = open_session_of(cashier)
    if session is None:
        return
    counted, missing = cash_in(session), chance.random() < 0.1
    if missing:
        counted -= 1
    cents = int(counted * 100)
    close_till(
        session=session,
        count={Decimal("0.01"): cents},
        note="Miscounted change" if missing else "",
    )


@contextmanager
def _providers(sandbox: Sandbox) -> Iterator[None]:
    """Let Stripe and Mollie be the sandbox."""
    before = settings.PAYMENT_PROVIDER, settings.PAYMENT_KEYS
    keys = {"webhook_secrets": [], "api_base": sandbox.url}
    settings.PAYMENT_KEYS = {
        "stripe": {"secret_key": sandbox.stripe_key, **keys},
        "mollie": {
            "secret_key": sandbox.mollie_key,
            "access_token": sandbox.mollie_access_token,
            **keys,
        },
    }
    credentials.clear_cached_credentials()
    try:
        yield
    finally:
        settings.PAYMENT_PROVIDER, settings.PAYMENT_KEYS = before
        credentials.clear_cached_credentials()


def _performances(orders: int) -> int:
    return max(2, min(24, orders // 100))


def _rows(orders: int) -> int:
    """Return how many rows a section needs: 2.5 tickets an order, and some to spare."""
    seats = orders * 3 / _performances(orders)
    return max(2, int(seats / (3 * 50)) + 2)
