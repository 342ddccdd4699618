"""Buy through the API: accounts that log in, guests, and a staff integration with an API key.

Each customer buys again at once, at the next of many performances, because an account may have
eight places at each. One hold in ten is sent twice, as if its response had been lost.
"""

import random
import secrets
import time
from itertools import cycle

from allauth.account.models import EmailAddress
from asgiref.sync import sync_to_async

from accounts.models import User
from api.keys import make_key

from ..api_clients import ApiClient, buy, log_in
from ..connections import ConnectionPool, CustomerError
from ..crowds import all_of, play
from ..halls import make_programme
from ..recorder import Recorder, spread
from ..sales import sales_result

CUSTOMERS = 32  # Concurrent customers, a third of each kind.
MOST_ACCOUNTS = 40  # Log-ins from one address within a minute, below the limit.
AGAIN = 0.1
PASSWORD = "a-long-enough-sesame"  # noqa: S105
# All customers share one address and one key, so the limits are lifted.
UNLIMITED = dict.fromkeys(
    ("API_READS_PER_MINUTE", "API_WRITES_PER_MINUTE", "API_LOGINS_PER_MINUTE"), "10000000"
)


def run(context):
    programme = make_programme(context.scaled(60, 20), rows=10)
    performance_ids = [performance.pk for performance, _slug in programme]
    seconds, customers = context.seconds(60, 10), context.customers(CUSTOMERS, 9)
    recorder = Recorder()
    buying = _Buying(performance_ids, recorder, seconds, customers)
    with context.site(**UNLIMITED) as site:
        play(
            context.console,
            "Seconds",
            buying.run(site.front),
            done=buying.seconds_gone,
            total=seconds,
            limit=seconds + 60,
        )
    whole = spread(buying.whole)
    return sales_result(
        f"{customers} customers at once through the API, for {seconds} s",
        context,
        recorder,
        site.meter,
        performance_ids,
        figures=[
            (
                "a whole purchase, p50 / p95 / p99",
                " / ".join(f"{whole[name]:.2f} s" for name in ("p50", "p95", "p99")),
            )
        ],
    )


class _Buying:
    def __init__(self, performance_ids, recorder, seconds, customers):
        self.performance_ids, self.recorder = performance_ids, recorder
        self.seconds, self.customers = seconds, customers
        self.started = None
        self.whole = []  # Seconds of each whole purchase.

    async def run(self, address):
        lines = ConnectionPool(address, most=self.customers)
        try:
            clients = await self._clients(lines)
            self.started = time.monotonic()
            await all_of(self._buy_on(client) for client in clients)
        finally:
            lines.close()

    def seconds_gone(self):
        return time.monotonic() - self.started if self.started else 0

    async def _clients(self, lines):
        accounts = min(-(-self.customers // 3), MOST_ACCOUNTS)
        guests = (self.customers - accounts) // 2
        tills = self.customers - accounts - guests
        emails, key = await sync_to_async(make_people)(accounts)
        return [
            *[await log_in(lines, self.recorder, email=mail, password=PASSWORD) for mail in emails],
            *[ApiClient(lines, self.recorder) for _ in range(guests)],
            *[ApiClient(lines, self.recorder, **{"X-API-Key": key}) for _ in range(tills)],
        ]

    async def _buy_on(self, client):
        for performance_id in cycle(random.sample(self.performance_ids, len(self.performance_ids))):
            if self.seconds_gone() > self.seconds:
                return
            started = time.monotonic()
            try:
                outcome = await buy(
                    client,
                    performance_id,
                    quantity=random.choice((1, 2, 2, 2, 3, 4)),
                    again=random.random() < AGAIN,
                )
            except CustomerError:
                continue
            if outcome == "bought":
                self.whole.append(time.monotonic() - started)


def make_people(accounts):
    """Create accounts and an API key; return the accounts' e-mail addresses and the key."""
    emails = [f"{secrets.token_hex(6)}@example.org" for _ in range(accounts)]
    for email in emails:
        user = User.objects.create_user(email, PASSWORD, name="Bench")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    staff = User.objects.create_superuser(f"{secrets.token_hex(6)}@example.org", PASSWORD)
    _key, text = make_key(owner=staff, name="Till", scopes=[])
    return emails, text
