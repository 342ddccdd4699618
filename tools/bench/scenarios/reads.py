"""Reading: what is the same for everybody, from the application itself and through nginx.

First how many are answered a second; then a cold start, in which all ask at once for what nobody
has made yet; then how long it takes until a change is seen.
"""

import os
import time

from ..counts import Counts
from ..report import sweep
from ..tally import spread
from ..volley import fire
from ..wire import Browser, request
from ..world import hall, make_plan, make_programme, open_sale

SOCKETS = 64
HERD = 64  # Who ask at once for what is not there yet.
AIM, AIM_NGINX = 2_000, 10_000  # Marks and snapshots a second.
SMALL = ("snapshot", "mark")


def run(stage):
    paths, change = _make_pages(stage)
    seconds = stage.seconds(4, 1)
    counts = Counts(os.path.join(os.environ["BENCH_FOLDER"], "counts"))
    with stage.site(worker=False) as site:
        served = _measure(stage, site, paths, seconds)
        seen = {name: _seen_after(site, *how) for name, how in change.items()}
    cold = _cold_start(stage, paths, counts)
    return _result(stage, site, served, cold, seen)


def _make_pages(stage):
    """Make a programme; return {name: path}, and how to change what some of them show."""
    from bookings.models import Place
    from bookings.seatmap.drawn_sections import drawing_hash
    from bookings.staff_operations.blocking import block_places
    from shows.models import Show
    from shows.terms import terms_of
    from venues.drawing import drawing_of
    from waitingroom.controls import announce
    from waitingroom.lanes import ensure_regular_lane
    from waitingroom.models import WaitingRoom

    _performance, slug = make_programme(stage.scaled(60, 10), rows=1)[0]
    big = open_sale(make_plan(hall(rows=stage.scaled(200, 20))))
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
        "mark": f"/queue/{big.pk}/status",
    }
    places = iter(Place.objects.filter(performance=big).order_by("-pk")[:20])

    def change_title(word):
        Show.objects.filter(slug=slug).update(title=word)

    def change_places(_word):
        block_places(performance=big, place_ids=[next(places).pk], actor="bench")

    change = {
        "show": (paths["show"], change_title, True),
        "snapshot": (paths["snapshot"], change_places, False),
        "mark": (paths["mark"], lambda word: announce(room=room, message=word), True),
    }
    return paths, change


def _measure(stage, site, paths, seconds):
    """Return {name: {"application": Volleys, "nginx": Volleys}}."""
    served = {}
    for name, path in paths.items():
        served[name] = {}
        for by, address in _addresses(site):
            host = f"{address[0]}:{address[1]}"
            headers = {"Accept-Encoding": "gzip", "Accept-Language": "en"}
            asked = [request("GET", host, path, headers=headers)]
            fire(address, asked, number=SOCKETS)  # Warm.
            with stage.console.status(f"{name} by {by}"):
                served[name][by] = fire(address, asked, sockets=SOCKETS, seconds=seconds)
    return served


def _addresses(site):
    yield "application", site.origin
    if site.has_nginx:
        yield "nginx", site.front


def _seen_after(site, path, change, says_it):
    """Return {by: the longest of three waits until a change was seen, in seconds}."""
    longest = {}
    browsers = {by: Browser(address) for by, address in _addresses(site)}
    for number in range(3):
        word = f"Changed {number} times"
        before = {by: browser.get(path).body for by, browser in browsers.items()}
        # Not in step with the seconds of the clock, which caches count.
        time.sleep(1.31)
        for by, browser in browsers.items():
            before[by] = browser.get(path).body
        change(word)
        began, waiting = time.perf_counter(), set(browsers)
        while waiting and time.perf_counter() - began < 20:
            for by in list(waiting):
                body = browsers[by].get(path).body
                if word.encode() in body if says_it else body != before[by]:
                    waiting.discard(by)
                    longest[by] = max(longest.get(by, 0.0), time.perf_counter() - began)
            time.sleep(0.01)
    for browser in browsers.values():
        browser.close()
    return longest


def _cold_start(stage, paths, counts):
    """Start anew with nothing kept; return {name: (builds, seconds)} of a herd on each page."""
    from django.core.cache import cache

    cold = {}
    with stage.site(app="tools.bench.counted", worker=False, BENCH_COUNTS=counts.path) as site:
        for name, path in paths.items():
            cache.clear()
            counts.since()
            began = time.perf_counter()
            host = f"{site.front[0]}:{site.front[1]}"
            herd = [request("GET", host, path, headers={"Accept-Language": "en"})]
            fire(site.origin, herd, sockets=HERD, number=HERD)
            taken = time.perf_counter() - began
            built = [of for what, of in counts.since() if what == "built"]
            cold[name] = (max((built.count(key) for key in built), default=0), taken)
    return cold


def _result(stage, site, served, cold, seen):
    figures, bars = {}, []
    for name, by in served.items():
        rates = {who: done.rate for who, done in by.items()}
        figures[f"{name}, a second"] = ", ".join(f"{r:,.0f} by {who}" for who, r in rates.items())
        bars += [(f"{name}, {who}", rate) for who, rate in rates.items()]
    for name, (builds, taken) in cold.items():
        figures[f"{name}, {HERD} at once after a cold start"] = (
            f"built {builds} times, all answered in {taken:.2f} s"
        )
    for name, waits in seen.items():
        words = ", ".join(f"{wait:.2f} s by {by}" for by, wait in waits.items())
        figures[f"{name}, a change is seen after at most"] = words
    aims = {"application": AIM, "nginx": AIM_NGINX}
    missed = [
        f"{name} {who}"
        for name in SMALL
        for who in served[name]
        if served[name][who].rate < aims[who]
    ]
    figures["aims of marks and snapshots"] = f"missed: {', '.join(missed)}" if missed else "reached"
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
        "bars": {"title": "Answers a second", "unit": "", "rows": bars, "aim": None},
        "troubles": wrong,
        "ceiling": stage.ceiling,
        "meter": site.meter.told(),
        "checks": sweep(
            [
                (
                    "Whatever a herd asks for at once is built once in a second.",
                    all(builds <= 1 + int(taken) for builds, taken in cold.values()),
                ),
                ("Each change was seen.", all(len(waits) for waits in seen.values())),
            ]
        ),
    }
