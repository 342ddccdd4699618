"""Reading the availability snapshot: how fast it is served, and how long one takes to build."""

import threading
import time

from .figures import median
from .wire import Browser

READERS = 8


def measure_snapshot(address, world, *, seconds):
    """Return {"served": answers a second, "build": seconds for one snapshot}."""
    from bookings.seatmap.availability import availability_of

    builds = []
    for _ in range(5):
        started = time.perf_counter()
        availability_of(world.performance_id)
        builds.append(time.perf_counter() - started)
    path = f"/performances/{world.performance_id}/availability"
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
    return {"served": sum(counts) / seconds, "build": median(builds)}
