"""Frame times of a page in Chromium, from its own trace, with a throttled processor."""

from bisect import bisect_right
from dataclasses import dataclass
from statistics import median

CATEGORIES = [
    "devtools.timeline",
    "devtools.timeline.frame",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.frame",
]
FRAME = "BeginMainThreadFrame"
# Events of the main thread, by what they are counted as.
SCRIPTING = frozenset(
    {
        *("EvaluateScript", "FunctionCall", "EventDispatch", "FireAnimationFrame", "TimerFire"),
        *("RunMicrotasks", "V8.GCScavenger", "MinorGC", "MajorGC", "ParseHTML", "v8.compile"),
    }
)
LAYOUT = frozenset(
    {"Layout", "UpdateLayoutTree", "RecalculateStyles", "PrePaint", "Layerize", "HitTest"}
)
PAINT = frozenset({"Paint", "Commit", "UpdateLayer", "CompositeLayers"})


IDLE = 1_000_000 / 60  # Microseconds without work after which what follows is for another frame.


@dataclass(frozen=True)
class Frame:
    """What the main thread did for a frame, in milliseconds.

    It ends where the next one begins, or after a pause as long as a frame.
    """

    scripting: float
    layout: float
    paint: float

    @property
    def counted(self) -> float:
        return self.scripting + self.layout


class Trace:
    """Traces a page: `with Trace(page, slowdown=4) as trace: …`, then `trace.frames`."""

    def __init__(self, page, *, slowdown):
        self.session = page.context.new_cdp_session(page)
        self.slowdown = slowdown
        self.events: list[dict] = []

    def __enter__(self):
        # What was done before is not to be cleared up in what is traced.
        self.session.send("HeapProfiler.collectGarbage")
        self.session.on("Tracing.dataCollected", lambda sent: self.events.extend(sent["value"]))
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": self.slowdown})
        config = {"includedCategories": CATEGORIES, "recordMode": "recordAsMuchAsPossible"}
        self.session.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
        return self

    def __exit__(self, *exception):
        done = []
        self.session.on("Tracing.tracingComplete", lambda _sent: done.append(True))
        self.session.send("Tracing.end")
        while not done:
            self.session.send("Runtime.evaluate", {"expression": "0"})
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})

    @property
    def frames(self):
        return frames_of(self.events)


def frames_of(events):
    """Return a Frame for each frame of the page's main thread.

    Only the outermost events count, so that nothing is counted twice: the layout that a script
    forces is part of the script. Times are those of the thread's own clock where the trace has it,
    so that other programs on the machine do not count.
    """
    starts = [event for event in events if event["name"] == FRAME]
    if not starts:
        return []
    threads = [(event["pid"], event["tid"]) for event in starts]
    main = max(set(threads), key=threads.count)
    here = [event for event in events if (event["pid"], event["tid"]) == main]
    begins = sorted(event["ts"] for event in here if event["name"] == FRAME)
    timed = sorted(
        (event for event in here if event["ph"] == "X" and _kind(event)),
        key=lambda event: (event["ts"], -event.get("dur", 0)),
    )
    sums = []
    begun, end = 0, 0.0
    for event in timed:
        start = event["ts"]
        if start < end or start < begins[0]:
            continue
        begun_by_now = bisect_right(begins, start)
        if begun_by_now > begun or start > end + IDLE:
            sums.append(dict.fromkeys(("scripting", "layout", "paint"), 0.0))
        begun, end = begun_by_now, start + event.get("dur", 0)
        sums[-1][_kind(event)] += event.get("tdur", event.get("dur", 0)) / 1000
    return [Frame(**one) for one in sums]


def summary(frames):
    """Return figures of frames: how many, and their times in milliseconds."""
    times = sorted(frame.counted for frame in frames)
    if not times:
        return {"frames": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "most": 0.0, "paint": 0.0}
    return {
        "frames": len(times),
        "p50": median(times),
        "p95": times[int(0.95 * (len(times) - 1))],
        "p99": times[int(0.99 * (len(times) - 1))],
        "most": times[-1],
        "paint": max(frame.paint for frame in frames),
    }


def _kind(event):
    name = event["name"]
    if name in SCRIPTING:
        return "scripting"
    if name in LAYOUT:
        return "layout"
    return "paint" if name in PAINT else ""
