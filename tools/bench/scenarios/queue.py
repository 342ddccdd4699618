"""The waiting room with a hundred thousand people waiting.

They have real queue tokens, issued by the operation of the page, some of them over HTTP. They poll
the queue status through nginx as often as so many pages would, and the requests that reach the
application are counted.
"""

import os
import time

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..figures import percentile
from ..halls import draw_hall, make_plan, open_sale
from ..http_client import request
from ..polling import poll
from ..queueing import SLOWEST, QueueVisitor
from ..recorder import Recorder
from ..report import check_rules
from ..request_counts import Counts

AIM = 2  # Requests a second that so many visitors may cost the application.
OVER_HTTP = 400  # Customers who join over HTTP.
AT_ONCE = 16


def run(context):
    waiting = context.customers(100_000, 2_000)
    room = _make_room()
    counts = Counts(os.path.join(os.environ["BENCH_FOLDER"], "counts"))
    recorder = Recorder()
    joined_in = _join(context, room, waiting)
    variables = {"BENCH_COUNTS": counts.path}
    with context.site(app="tools.bench.counting_app", worker=False, **variables) as site:
        joining = _join_over_http(site.front, room.pk, context.scaled(OVER_HTTP, 40), recorder)
        play(context.console, "Joining", joining, done=lambda: 0, total=1, limit=120)
        polls, requested = _poll(context, site, room, waiting, counts)
    return _result(context, site, waiting, joined_in, polls, requested, recorder)


def _make_room():
    from waitingroom.joining import ensure_regular_lane
    from waitingroom.models import WaitingRoom

    performance = open_sale(make_plan(draw_hall(rows=20)))
    room = WaitingRoom.objects.create(performance=performance, capacity=100)
    ensure_regular_lane(room)
    return room


def _join(context, room, waiting):
    """Issue so many queue tokens; return the seconds that it took."""
    from rich.progress import track

    from waitingroom.joining import join
    from waitingroom.queue_tokens import read_token, sign_token

    started = time.perf_counter()
    for number in track(
        range(waiting), "Joining", console=context.console, transient=True, update_period=0.5
    ):
        visitor = f"bench-{number}"
        token = sign_token(join(performance_id=room.pk, visitor=visitor))
    seconds = time.perf_counter() - started
    assert read_token(token, performance_id=room.pk, visitor=visitor)
    return seconds


async def _join_over_http(address, performance_id, customers, recorder):
    lines = ConnectionPool(address, most=AT_ONCE)

    async def customer():
        visitor = HttpVisitor(lines, recorder)
        try:
            await QueueVisitor(visitor, visitor, performance_id).join()
        except CustomerError:
            return

    try:
        await all_of(customer() for _ in range(customers))
    finally:
        lines.close()


def _poll(context, site, room, waiting, counts):
    """Poll as often as so many pages do; return the PollResult and the number of requests."""
    from waitingroom.controls import open_now

    open_now(room=room)
    host = f"{site.front[0]}:{site.front[1]}"
    languages = ("de-DE,de;q=0.9,en;q=0.5", "en", "fr-CH, fr;q=0.9", "tr")
    requested = [
        request(
            "GET",
            host,
            f"/queue/{room.pk}/status",
            headers={"Accept-Encoding": "gzip, deflate, br", "Accept-Language": language},
            cookies={"queue_token": f"of-{language[:2]}"},
        )
        for language in languages
    ]
    poll(site.front, requested, number=16)
    counts.since()
    with context.console.status("Polling the queue status"):
        polls = poll(
            site.front,
            requested,
            sockets=32,
            seconds=context.seconds(20, 4),
            rate=waiting / SLOWEST,
        )
    return polls, counts.requested()


def _result(context, site, waiting, joined_in, polls, requested, recorder):
    origin = requested / polls.seconds
    result = recorder.result()
    share = requested / max(polls.number, 1)
    pollers = polls.rate * SLOWEST
    return {
        "title": f"{waiting:,} in the waiting room",
        "figures": {
            "places taken by the operation, a second": f"{waiting / joined_in:,.0f}",
            "polls of the queue status, a second": f"{polls.rate:,.0f}, as {pollers:,.0f} pages do",
            "a look, p50 / p99": f"{percentile(polls.times, 0.5) * 1000:.1f} ms / "
            f"{percentile(polls.times, 0.99) * 1000:.1f} ms",
            "of these reached the application, a second": f"{origin:.2f} (one in {1 / share:,.0f})"
            if share
            else "0",
        },
        **result,
        "errors": result["errors"] | {f"mark: {status}": n for status, n in polls.wrong.items()},
        "ceiling": context.ceiling,
        "meter": site.meter.result(),
        "checks": check_rules(
            [
                (
                    f"So many pollers cost the application under {AIM} requests a second.",
                    origin < AIM or not site.has_nginx,
                ),
            ]
        ),
    }
