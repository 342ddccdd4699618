"""One purchase after the other inside one process: what each step costs in processor time and SQL.

No sockets, no gunicorn and no load generator are in these figures, so they tell what a change to
the code gave, also on a machine that is busy with other things.
"""

import io
import time
from collections import defaultdict
from contextlib import contextmanager
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from .figures import percentile
from .purchases import STEPS, buy
from .wire import Answer, path_of

WARM_UP = 20  # Purchases until templates, drawings and terms are in the process.


def measure_steps(world, *, purchases):
    """Return {step: {"cpu": seconds of this process, "statements": SQL statements}}.

    Of the seconds it is the quickest tenth: what others do on the machine only ever adds to them.
    Of the statements it is the fewest: now and then one purchase renews what all others share.
    """
    browser, counted = InsideBrowser(), _Statements()
    cpu, statements = defaultdict(list), defaultdict(list)
    for number, pair in enumerate(world.seats[: WARM_UP + purchases]):
        times = {}
        with counted.of_connection():
            buy(browser, world.performance_id, pair, times, clock=_Clock(counted))
        if number >= WARM_UP:
            for step, (taken, asked) in times.items():
                cpu[step].append(taken)
                statements[step].append(asked)
    return {
        step: {"cpu": percentile(cpu[step], 0.1), "statements": min(statements[step])}
        for step in STEPS
    }


class InsideBrowser:
    """As `wire.Browser`, but it calls the application instead of sending anything."""

    def __init__(self, application=None):
        self.application = application or WSGIHandler()
        self.forget()

    def forget(self):
        self.cookies = {}

    def get(self, path):
        return self._call("GET", path, b"")

    def post(self, path, fields):
        return self._call("POST", path, urlencode(fields, doseq=True).encode())

    def _call(self, method, path, body):
        path, _, query = path.partition("?")
        found = {}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_SEC_FETCH_SITE": "same-origin",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }

        def start(status, headers, exc_info=None):
            found.update(status=int(status[:3]), headers=headers)

        response = self.application(environ, start)
        said = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        location = ""
        for name, value in found["headers"]:
            if name == "Set-Cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
            elif name == "Location":
                location = path_of(value)
        return Answer(found["status"], location, said)


class _Statements:
    """Counts what is sent to the database, BEGIN and COMMIT left out."""

    number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)

    @contextmanager
    def of_connection(self):
        with connection.execute_wrapper(self):
            yield


class _Clock:
    """What `buy` notes for a step: processor time, and statements."""

    def __init__(self, counted):
        self.counted = counted

    def now(self):
        return time.process_time(), self.counted.number

    def since(self, start):
        return time.process_time() - start[0], self.counted.number - start[1]
