"""Measure processor time and memory of all processes of the benchmark.

A thread reads every process below this one twice a second: processor time by kind, and proportional
memory (what two processes share counts half for each).
"""

import os
import threading
import time
from collections import defaultdict

import psutil

BEAT = 0.5  # Seconds between two measurements.
KINDS = (
    ("gunicorn", "web"),
    ("celery", "worker"),
    ("postgres", "postgres"),
    ("redis-server", "redis"),
    ("nginx", "nginx"),
)
OURSELVES = "load generator"


class Meter:
    """Measure inside a `with` block; `result()` returns the figures."""

    def __enter__(self):
        self._own = psutil.Process()
        self._first, self._last, self._kinds = {}, {}, {}
        self._peak, self._most = 0, defaultdict(int)
        self._before, self._machine = _busy(), 0.0
        self._began, self.seconds = time.monotonic(), 0.0
        self._stop = threading.Event()
        self._poll(first=True)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()
        self._poll()
        self.seconds = time.monotonic() - self._began
        self._machine = _busy() - self._before

    def result(self):
        """Return {"cpu": {kind: share of one processor}, "machine": …, "memory": {kind: bytes}}.

        `machine` is the processor time of all processes of the machine.
        """
        used = defaultdict(float)
        for pid, seconds in self._last.items():
            used[self._kinds[pid]] += seconds - self._first[pid]
        return {
            "seconds": self.seconds,
            "processors": os.cpu_count(),
            "cpu": {kind: used[kind] / self.seconds for kind in sorted(used)},
            "machine": self._machine / self.seconds,
            "memory": {"all": self._peak, **dict(self._most)},
        }

    def _run(self):
        while not self._stop.wait(BEAT):
            self._poll()

    def _poll(self, first=False):
        memory = defaultdict(int)
        for process in [self._own, *self._own.children(recursive=True)]:
            try:
                times = process.cpu_times()
                if process.pid not in self._kinds:
                    self._kinds[process.pid] = _kind(process, self._own)
                    self._first[process.pid] = times.user + times.system if first else 0.0
                self._last[process.pid] = times.user + times.system
                memory[self._kinds[process.pid]] += _memory(process)
            except (psutil.Error, OSError):
                continue  # The process has just ended.
        for kind, taken in memory.items():
            self._most[kind] = max(self._most[kind], taken)
        self._peak = max(self._peak, sum(memory.values()))


def _kind(process, own):
    if process.pid == own.pid:
        return OURSELVES
    label = " ".join(process.cmdline()) or process.name()
    if "devserver.embedded.guard" in label:
        return "guards"
    return next((kind for word, kind in KINDS if word in label), "other")


def _memory(process):
    try:
        return process.memory_full_info().pss
    except (psutil.AccessDenied, AttributeError):
        return process.memory_info().rss


def _busy():
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
