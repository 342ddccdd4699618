"""Whole purchases through Stripe's redirect and through the demo bank, taking turns.

Both sites run beside each other on the same database, each with one web process. Measured is the
processor time of that process, and of PostgreSQL, for a purchase with its webhook. Stripe is the
payments sandbox in a process of its own, which is not counted. The demo bank's pages are part of
our own process, so they are.
"""

import os
from contextlib import contextmanager

import psutil

from payments.providers.stripe.events import KINDS
from tools.payments_sandbox.process import SandboxProcess

from ..figures import median
from ..halls import make_hall
from ..http_client import Browser
from ..purchases import buy, buy_at_stripe
from ..report import check_rules
from ..servers import web_server

PURCHASES = 100  # In each turn.
WARM_UP = 20
WEBHOOK = "/pay/webhooks/stripe/"


def run(context):
    rounds = context.options.rounds if not context.options.quick else 1
    hall = make_hall()
    with SandboxProcess() as provider, _two_sites(provider) as (demo, stripe):
        host, port = stripe
        provider.remote.send_stripe_events_to(
            url=f"http://{host}:{port}{WEBHOOK}", events=sorted(KINDS)
        )
        turns = {
            "demo bank": _Turn(demo, hall.performance_id, buy),
            "Stripe": _Turn(stripe, hall.performance_id, _buyer_at(provider)),
        }
        pairs = iter(hall.seats)
        for turn in turns.values():
            turn.take([next(pairs) for _number in range(WARM_UP)], provider)
        found = {name: [] for name in turns}
        for number in range(rounds):
            for name, turn in turns.items():
                these = [next(pairs) for _number in range(context.scaled(PURCHASES, 10))]
                found[name].append(turn.take(these, provider))
                context.console.print(f"Round {number + 1}, {name}: {_text(found[name][-1])}")
        delivered = _delivered(provider)
    return _result(rounds, found, delivered)


def _result(rounds, found, delivered):
    ratio = median(
        [s["web"] / d["web"] for d, s in zip(found["demo bank"], found["Stripe"], strict=True)]
    )
    return {
        "title": "Processor time of a purchase, by provider",
        "figures": {
            f"a purchase through {name}": _text(
                {part: median([each[part] for each in those]) for part in those[0]}
            )
            for name, those in found.items()
        }
        | {"Stripe beside the demo bank": f"{ratio:.2f}", "rounds": rounds},
        "rounds": found,
        "checks": check_rules(
            [
                (
                    "A purchase through Stripe costs no more than 5 % beyond the other.",
                    ratio <= 1.05,
                ),
                ("Every webhook was accepted.", delivered),
            ]
        ),
    }


def _text(cost):
    return f"{cost['web']:.1f} ms web, {cost['postgres']:.1f} ms PostgreSQL"


def _buyer_at(provider):
    host, _colon, port = provider.url.partition("//")[2].partition(":")
    pay_page = Browser((host, int(port)))

    def buy_there(browser, performance_id, pair, times):
        buy_at_stripe(browser, performance_id, pair, times, pay_page=pay_page)

    return buy_there


def _delivered(provider):
    attempts = [each["attempts"] for each in provider.remote.webhooks_sent()]
    return bool(attempts) and all(each[-1] == 200 for each in attempts)


@contextmanager
def _two_sites(provider):
    with _site() as demo, _site(**provider.variables) as stripe:
        yield demo, stripe


@contextmanager
def _site(**variables):
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        with web_server(workers=1, threads=4) as address:
            yield address
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


class _Turn:
    """One customer who buys at one site, and the processor time that it takes."""

    def __init__(self, address, performance_id, buy):
        self.browser, self.performance_id, self.buy = Browser(address), performance_id, buy
        self.port = str(address[1])

    def take(self, pairs, provider):
        """Buy these pairs; return milliseconds for a purchase: {"web": …, "postgres": …}."""
        before = self._used()
        for pair in pairs:
            self.buy(self.browser, self.performance_id, pair, {})
        provider.remote.wait_for_webhooks()
        after = self._used()
        return {name: (after[name] - before[name]) / len(pairs) * 1000 for name in after}

    def _used(self):
        used = {"web": 0.0, "postgres": 0.0}
        for process in psutil.Process().children(recursive=True):
            try:
                label, times = " ".join(process.cmdline()), process.cpu_times()
                if "postgres" in label:
                    used["postgres"] += times.user + times.system
                elif "gunicorn" in label and process.environ().get("PORT") == self.port:
                    used["web"] += times.user + times.system
            except psutil.Error:
                continue
        return used
