"""The waiting room: a hundred thousand who wait, and ten million by simulation.

The hundred thousand have real places (numbers, lots, signed tokens), taken through the operation
that the page calls, and some of them over HTTP, for what that costs. Then they look at the mark as
often as so many pages would, through nginx, and what reaches the application is counted.

The ten million are numbers, as the database keeps them; the same admission calls every one of them,
a simulated second at a time.
"""

import os
import time

from ..counts import Counts
from ..figures import percentile
from ..lines import Lines, Trouble, Visitor
from ..playing import all_of, play
from ..report import sweep
from ..simulating import simulate
from ..tally import Tally
from ..volley import fire
from ..waiting import SLOWEST, Waiting
from ..wire import request
from ..world import hall, make_plan, open_sale

AIM = 2  # Requests a second that so many pollers may cost the application.
OVER_HTTP = 400  # Customers who join over HTTP.
AT_ONCE = 16


def run(stage):
    waiting = stage.customers(100_000, 2_000)
    room = _make_room()
    counts = Counts(os.path.join(os.environ["BENCH_FOLDER"], "counts"))
    tally = Tally()
    joined_in = _join(stage, room, waiting)
    variables = {"QUEUE_ADDRESS_LIMIT": "1000000", "BENCH_COUNTS": counts.path}
    with stage.site(app="tools.bench.counted", worker=False, **variables) as site:
        joining = _join_over_http(site.front, room.pk, stage.scaled(OVER_HTTP, 40), tally)
        play(stage.console, "Joining", joining, done=lambda: 0, total=1, limit=120)
        looks, asked = _look(stage, site, room, waiting, counts)
    simulated = simulate(stage, stage.scaled(10_000_000, 100_000))
    return _result(stage, site, waiting, joined_in, looks, asked, simulated, tally)


def _make_room():
    from waitingroom.lanes import ensure_regular_lane
    from waitingroom.models import WaitingRoom

    performance = open_sale(make_plan(hall(rows=20)))
    room = WaitingRoom.objects.create(performance=performance, capacity=100)
    ensure_regular_lane(room)
    return room


def _join(stage, room, waiting):
    """Take so many places, each with its token; return the seconds that it took."""
    from rich.progress import track

    from waitingroom.joining import join
    from waitingroom.queue_tokens import read_token, sign_token

    began = time.perf_counter()
    for number in track(
        range(waiting), "Joining", console=stage.console, transient=True, update_period=0.5
    ):
        visitor = f"bench-{number}"
        token = sign_token(join(performance_id=room.pk, visitor=visitor))
    seconds = time.perf_counter() - began
    assert read_token(token, performance_id=room.pk, visitor=visitor)
    return seconds


async def _join_over_http(address, performance_id, customers, tally):
    lines = Lines(address, most=AT_ONCE)

    async def customer():
        visitor = Visitor(lines, tally)
        try:
            await Waiting(visitor, visitor, performance_id).join()
        except Trouble:
            return

    try:
        await all_of(customer() for _ in range(customers))
    finally:
        lines.close()


def _look(stage, site, room, waiting, counts):
    """Look as often as so many pages do; return the Volleys, and how often the site was asked."""
    from waitingroom.controls import open_now

    open_now(room=room)
    host = f"{site.front[0]}:{site.front[1]}"
    languages = ("de-DE,de;q=0.9,en;q=0.5", "en", "fr-CH, fr;q=0.9", "tr")
    asked = [
        request(
            "GET",
            host,
            f"/queue/{room.pk}/status",
            headers={"Accept-Encoding": "gzip, deflate, br", "Accept-Language": language},
            cookies={"queue_token": f"of-{language[:2]}"},
        )
        for language in languages
    ]
    fire(site.front, asked, number=16)
    counts.since()
    with stage.console.status("Looking at the mark"):
        looks = fire(
            site.front, asked, sockets=32, seconds=stage.seconds(20, 4), rate=waiting / SLOWEST
        )
    return looks, counts.asked()


def _result(stage, site, waiting, joined_in, looks, asked, simulated, tally):
    origin = asked / looks.seconds
    told = tally.told()
    share = asked / max(looks.number, 1)
    pollers = looks.rate * SLOWEST
    return {
        "title": f"{waiting:,} in the waiting room",
        "figures": {
            "places taken by the operation, a second": f"{waiting / joined_in:,.0f}",
            "looks at the mark, a second": f"{looks.rate:,.0f}, as {pollers:,.0f} pages do",
            "a look, p50 / p99": f"{percentile(looks.times, 0.5) * 1000:.1f} ms / "
            f"{percentile(looks.times, 0.99) * 1000:.1f} ms",
            "of these reached the application, a second": f"{origin:.2f} (one in {1 / share:,.0f})"
            if share
            else "0",
            **simulated.figures,
        },
        **told,
        "troubles": told["troubles"] | {f"mark: {status}": n for status, n in looks.wrong.items()},
        "ceiling": stage.ceiling,
        "meter": site.meter.told(),
        "checks": sweep(
            [
                *simulated.checks,
                (
                    f"So many pollers cost the application under {AIM} requests a second.",
                    origin < AIM or not site.has_nginx,
                ),
            ]
        ),
    }
