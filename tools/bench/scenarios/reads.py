"""Read public pages, from the application and through nginx.

First the responses a second; then a cold start, in which all readers request at once what has not
been built yet; then the time until a change is visible.
"""

import os
import time

from ..halls import draw_hall, make_plan, make_programme, open_sale
from ..http_client import Browser, request
from ..polling import poll
from ..recorder import spread
from ..report import check_rules
from ..request_counts import Counts

SOCKETS = 64
HERD = 64  # Concurrent readers at the cold start.
AIM, AIM_NGINX = 2_000, 10_000  # Queue statuses and snapshots a second.
SMALL = ("snapshot", "queue status")


def run(context):
    paths, change = _make_pages(context)
    seconds = context.seconds(4, 1)
    counts = Counts(os.path.join(os.environ["BENCH_FOLDER"], "counts"))
    with context.site(worker=False) as site:
        served = _measure(context, site, paths, seconds)
        seen = {name: _seen_after(site, *how) for name, how in change.items()}
    cold = _cold_start(context, paths, counts)
    return _result(context, site, served, cold, seen)


def _make_pages(context):
    """Create a catalogue; return {name: path}, and how to change what some of them show."""
    from bookings.models import Place
    from bookings.seatmap.drawn_sections import drawing_hash
    from bookings.staff_operations.blocking import block_places
    from shows.models import Show
    from shows.terms import terms_of
    from venues.drawing import drawing_of
    from waitingroom.controls import announce
    from waitingroom.joining import ensure_regular_lane
    from waitingroom.models import WaitingRoom

    _performance, slug = make_programme(context.scaled(60, 10), rows=1)[0]
    big = open_sale(make_plan(draw_hall(rows=context.scaled(200, 20))))
    room = WaitingRoom.objects.create(performance=big, capacity=10)
    ensure_regular_lane(room)
    terms = terms_of(big.pk)
    section = drawing_of(terms.plan_id).sections[0]
    drawing = f"drawing/{section.slug}/{drawing_hash(terms, section.id)}/"
    paths = {
        "home": "/",
        "catalogue": "/shows/",
        "show": f"/shows/{slug}/",
        "performance": f"/performances/{big.pk}/",
        "drawing": f"/performances/{big.pk}/{drawing}",
        "snapshot": f"/performances/{big.pk}/availability",
        "queue status": f"/queue/{big.pk}/status",
    }
    places = iter(Place.objects.filter(performance=big).order_by("-pk")[:20])

    def change_title(word):
        Show.objects.filter(slug=slug).update(title=word)

    def change_places(_word):
        block_places(performance=big, place_ids=[next(places).pk], actor="bench")

    change = {
        "show": (paths["show"], change_title, True),
        "snapshot": (paths["snapshot"], change_places, False),
        "queue status": (
            paths["queue status"],
            lambda word: announce(room=room, message=word),
            True,
        ),
    }
    return paths, change


def _measure(context, site, paths, seconds):
    """Return {name: {"application": PollResult, "nginx": PollResult}}."""
    served = {}
    for name, path in paths.items():
        served[name] = {}
        for by, address in _addresses(site):
            host = f"{address[0]}:{address[1]}"
            headers = {"Accept-Encoding": "gzip", "Accept-Language": "en"}
            requested = [request("GET", host, path, headers=headers)]
            poll(address, requested, number=SOCKETS)  # Warm up.
            with context.console.status(f"{name} by {by}"):
                served[name][by] = poll(address, requested, sockets=SOCKETS, seconds=seconds)
    return served


def _addresses(site):
    yield "application", site.origin
    if site.has_nginx:
        yield "nginx", site.front


def _seen_after(site, path, change, says_it):
    """Return {by: the longest of three delays until a change was visible, in seconds}."""
    longest = {}
    browsers = {by: Browser(address) for by, address in _addresses(site)}
    for number in range(3):
        word = f"Changed {number} times"
        before = {by: browser.get(path).body for by, browser in browsers.items()}
        # Not in step with the clock's seconds, by which caches expire.
        time.sleep(1.31)
        for by, browser in browsers.items():
            before[by] = browser.get(path).body
        change(word)
        started, waiting = time.perf_counter(), set(browsers)
        while waiting and time.perf_counter() - started < 20:
            for by in list(waiting):
                body = browsers[by].get(path).body
                if word.encode() in body if says_it else body != before[by]:
                    waiting.discard(by)
                    longest[by] = max(longest.get(by, 0.0), time.perf_counter() - started)
            time.sleep(0.01)
    for browser in browsers.values():
        browser.close()
    return longest


def _cold_start(context, paths, counts):
    """Restart with empty caches; return {name: (builds, seconds)} of concurrent readers."""
    from django.core.cache import cache

    cold = {}
    with context.site(
        app="tools.bench.counting_app", worker=False, BENCH_COUNTS=counts.path
    ) as site:
        for name, path in paths.items():
            cache.clear()
            counts.since()
            started = time.perf_counter()
            host = f"{site.front[0]}:{site.front[1]}"
            herd = [request("GET", host, path, headers={"Accept-Language": "en"})]
            poll(site.origin, herd, sockets=HERD, number=HERD)
            taken = time.perf_counter() - started
            built = [of for what, of in counts.since() if what == "built"]
            cold[name] = (max((built.count(key) for key in built), default=0), taken)
    return cold


def _aims(served):
    """Return which aims were missed, as text."""
    aims = {"application": AIM, "nginx": AIM_NGINX}
    missed = [
        f"{name} {who}"
        for name in SMALL
        for who in served[name]
        if served[name][who].rate < aims[who]
    ]
    return f"missed: {', '.join(missed)}" if missed else "reached"


def _result(context, site, served, cold, seen):
    figures = {}
    for name, by in served.items():
        rates = {who: done.rate for who, done in by.items()}
        figures[f"{name}, a second"] = ", ".join(f"{r:,.0f} by {who}" for who, r in rates.items())
    for name, (builds, taken) in cold.items():
        figures[f"{name}, {HERD} at once after a cold start"] = (
            f"built {builds} times, all answered in {taken:.2f} s"
        )
    for name, waits in seen.items():
        label = ", ".join(f"{wait:.2f} s by {by}" for by, wait in waits.items())
        figures[f"{name}, a change is seen after at most"] = label
    figures["aims of queue status and snapshots"] = _aims(served)
    wrong = {
        f"{name} by {who}: {status}": number
        for name, by in served.items()
        for who, done in by.items()
        for status, number in done.wrong.items()
    }
    return {
        "title": "Answers a second",
        "figures": figures,
        "steps": {
            f"{name}, {who}": spread(done.times)
            for name, by in served.items()
            for who, done in by.items()
        },
        "errors": wrong,
        "ceiling": context.ceiling,
        "meter": site.meter.result(),
        "checks": check_rules(
            [
                (
                    "Whatever a herd asks for at once is built once in a second.",
                    all(builds <= 1 + int(taken) for builds, taken in cold.values()),
                ),
                ("Each change was seen.", all(len(waits) for waits in seen.values())),
            ]
        ),
    }
