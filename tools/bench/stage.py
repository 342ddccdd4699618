"""What a scenario stands on: the running site, the scale, and the figures of this run."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from devserver.embedded import CHECKOUT
from devserver.embedded.parent_death import signal_when_parent_dies

from .house import PATIENCE, web_server
from .meter import Meter
from .nginx import binary_of_nginx, nginx_before

CELERY = ["-W", "ignore::UserWarning:celery.platforms", "-m", "celery", "--quiet", "-A", "concert"]


@dataclass
class Stage:
    """Handed to each scenario. `ceiling` is what hand-written SQL came to in this very run."""

    options: object
    ceiling: float = 0.0
    console: Console = field(default_factory=Console)

    def scaled(self, whole, quick):
        """Return a size: the whole one, or with --quick a small one."""
        return quick if self.options.quick else whole

    def customers(self, whole, quick):
        return self.options.customers or self.scaled(whole, quick)

    def seconds(self, whole, quick):
        return self.options.seconds or self.scaled(whole, quick)

    @contextmanager
    def site(self, *, nginx=True, worker=True, app=None, **variables):
        """Open the box office as a house would run it; yield a `Site`. All of it stops at the end.

        `variables` are those of `.env.example`, `app` another WSGI application than ours. Behind
        nginx those who join a queue have half as many processes of their own.
        """
        options = self.options
        nginx = nginx and not options.no_nginx and binary_of_nginx() is not None
        variables = {"BEHIND_PROXY": "true" if nginx else "false"} | variables
        with ExitStack() as open_now, _environment(variables):
            origin = open_now.enter_context(
                web_server(workers=options.workers, threads=options.threads, app=app)
            )
            queue = None
            if nginx and app is None:
                queue = open_now.enter_context(
                    web_server(workers=max(1, options.workers // 2), threads=options.threads)
                )
            if worker:
                open_now.enter_context(_celery("worker", "--concurrency=1", "--loglevel=ERROR"))
                open_now.enter_context(_celery("beat", "--loglevel=ERROR"))
            front = open_now.enter_context(nginx_before(origin, queue)) if nginx else origin
            meter = open_now.enter_context(Meter())
            yield Site(front, origin, meter, has_nginx=nginx)


@dataclass
class Site:
    """A running site: where customers ask (`front`), and where the application is (`origin`)."""

    front: tuple
    origin: tuple
    meter: Meter
    has_nginx: bool


@contextmanager
def _celery(*words):
    if words[0] == "beat":
        words += ("--schedule", os.path.join(os.environ["BENCH_FOLDER"], "beat"), "--pidfile=")
    process = subprocess.Popen(
        [sys.executable, *CELERY, *words],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=signal_when_parent_dies(signal.SIGTERM),
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _environment(variables):
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
