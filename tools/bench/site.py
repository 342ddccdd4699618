"""What a scenario gets: the running site, the scale, and the figures of this run."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from devserver.embedded import CHECKOUT
from devserver.embedded.parent_death import signal_when_parent_dies

from .meter import Meter
from .nginx import binary_of_nginx, nginx_before
from .servers import TIMEOUT, web_server

CELERY = ["-W", "ignore::UserWarning:celery.platforms", "-m", "celery", "--quiet", "-A", "concert"]


@dataclass
class Context:
    """Passed to each scenario. `ceiling` is the rate of hand-written SQL in the same run."""

    options: object
    ceiling: float = 0.0
    console: Console = field(default_factory=lambda: Console(soft_wrap=True))

    def scaled(self, whole, quick):
        """Return a size: the full one, or with --quick a small one."""
        return quick if self.options.quick else whole

    def customers(self, whole, quick):
        return self.options.customers or self.scaled(whole, quick)

    def seconds(self, whole, quick):
        return self.options.seconds or self.scaled(whole, quick)

    @contextmanager
    def site(self, *, nginx=True, worker=True, app=None, **variables):
        """Run the box office as in production; yield a `Site`. Everything stops at the end.

        `variables` are those of `.env.example`, `app` replaces the WSGI application. Behind nginx,
        visitors who join a queue have half as many processes of their own.
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
    """A running site: its public address (`front`), and that of the application (`origin`)."""

    front: tuple
    origin: tuple
    meter: Meter
    has_nginx: bool


@contextmanager
def _celery(*label):
    if label[0] == "beat":
        label += ("--schedule", os.path.join(os.environ["BENCH_FOLDER"], "beat"), "--pidfile=")
    process = subprocess.Popen(
        [sys.executable, *CELERY, *label],
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
            process.wait(TIMEOUT)
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
