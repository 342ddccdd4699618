"""Read the availability snapshot: responses a second, and the time to build one."""

import threading
import time

from .figures import median
from .http_client import Browser
from .steps import InProcessBrowser

READERS = 8
GIVEN = 2000  # Answers requested of the application in this process.


def measure_snapshot(address, hall, *, seconds):
    """Return {"served": responses a second, "build" and "given": seconds for one}.

    "served" is measured over gunicorn with readers on this machine, "given" by calling the
    application directly.
    """
    from bookings.seatmap.availability import availability_of

    path = f"/performances/{hall.performance_id}/availability"
    build = median(_timed(lambda: availability_of(hall.performance_id), 5))
    counts, until = [], time.perf_counter() + seconds

    def read():
        browser, count = Browser(address), 0
        while time.perf_counter() < until:
            assert browser.get(path).status == 200
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"served": sum(counts) / seconds, "build": build, "given": _given(path)}


def _given(path):
    from concert.wsgi import application

    inside = InProcessBrowser(application)

    def read():
        assert inside.get(path).status == 200

    return median(_timed(read, GIVEN))


def _timed(call, times):
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return taken
