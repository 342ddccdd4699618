"""Buying through the API: by accounts that log in, by guests, and by a till with a key of staff.

As fast as it goes: each customer who is done buys on, at the next of many performances, because an
account may have eight places at each. One hold in ten is sent twice, as by a program whose answer
was lost.
"""

import random
import secrets
import time
from itertools import cycle

from allauth.account.models import EmailAddress
from asgiref.sync import sync_to_async

from accounts.models import User
from api.keys import make_key

from ..lines import Lines, Trouble
from ..playing import all_of, play
from ..programs import Program, buy, log_in
from ..sales import sales_result
from ..tally import Tally, spread
from ..world import make_programme

CUSTOMERS = 32  # At once: a third of each kind.
MOST_ACCOUNTS = 40  # Who log in from one address within a minute, with room to spare.
AGAIN = 0.1
PASSWORD = "a-long-enough-sesame"  # noqa: S105
# All customers come from one address and share one key, so no limit is to stop them.
UNLIMITED = dict.fromkeys(
    ("API_READS_PER_MINUTE", "API_WRITES_PER_MINUTE", "API_LOGINS_PER_MINUTE"), "10000000"
)


def run(stage):
    programme = make_programme(stage.scaled(60, 20), rows=10)
    performance_ids = [performance.pk for performance, _slug in programme]
    seconds, customers = stage.seconds(60, 10), stage.customers(CUSTOMERS, 9)
    tally = Tally()
    buying = _Buying(performance_ids, tally, seconds, customers)
    with stage.site(**UNLIMITED) as site:
        play(
            stage.console,
            "Seconds",
            buying.run(site.front),
            done=buying.seconds_gone,
            total=seconds,
            limit=seconds + 60,
        )
    whole = spread(buying.whole)
    return sales_result(
        f"{customers} customers at once through the API, for {seconds} s",
        stage,
        tally,
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
    def __init__(self, performance_ids, tally, seconds, customers):
        self.performance_ids, self.tally = performance_ids, tally
        self.seconds, self.customers = seconds, customers
        self.began = None
        self.whole = []  # Seconds of each whole purchase.

    async def run(self, address):
        lines = Lines(address, most=self.customers)
        try:
            programs = await self._programs(lines)
            self.began = time.monotonic()
            await all_of(self._buy_on(program) for program in programs)
        finally:
            lines.close()

    def seconds_gone(self):
        return time.monotonic() - self.began if self.began else 0

    async def _programs(self, lines):
        accounts = min(-(-self.customers // 3), MOST_ACCOUNTS)
        guests = (self.customers - accounts) // 2
        tills = self.customers - accounts - guests
        emails, key = await sync_to_async(make_people)(accounts)
        return [
            *[await log_in(lines, self.tally, email=mail, password=PASSWORD) for mail in emails],
            *[Program(lines, self.tally) for _ in range(guests)],
            *[Program(lines, self.tally, **{"X-API-Key": key}) for _ in range(tills)],
        ]

    async def _buy_on(self, program):
        for performance_id in cycle(random.sample(self.performance_ids, len(self.performance_ids))):
            if self.seconds_gone() > self.seconds:
                return
            began = time.monotonic()
            try:
                outcome = await buy(
                    program,
                    performance_id,
                    quantity=random.choice((1, 2, 2, 2, 3, 4)),
                    again=random.random() < AGAIN,
                )
            except Trouble:
                continue
            if outcome == "bought":
                self.whole.append(time.monotonic() - began)


def make_people(accounts):
    """Make accounts and a till's key; return the accounts' addresses and the key's text."""
    emails = [f"{secrets.token_hex(6)}@example.org" for _ in range(accounts)]
    for email in emails:
        user = User.objects.create_user(email, PASSWORD, name="Bench")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    staff = User.objects.create_superuser(f"{secrets.token_hex(6)}@example.org", PASSWORD)
    _key, text = make_key(owner=staff, name="Till", scopes=[])
    return emails, text
