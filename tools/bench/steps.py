"""Make purchases inside one process, and measure processor time and SQL of each step.

These figures include no sockets, no gunicorn and no load generator, so they show the effect of a
change of the code, also on a busy machine.
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
from .http_client import Answer, path_of
from .purchases import STEPS, buy

WARM_UP = 20  # Purchases until templates, drawings and terms are cached.


def measure_steps(hall, *, purchases):
    """Return {step: {"cpu": seconds of this process, "statements": SQL statements}}.

    The seconds are the fastest tenth, because other processes can only add to them. The statements
    are the fewest, because some purchases renew shared values.
    """
    browser, counted = InProcessBrowser(), _Statements()
    cpu, statements = defaultdict(list), defaultdict(list)
    for number, pair in enumerate(hall.seats[: WARM_UP + purchases]):
        times = {}
        with counted.of_connection():
            buy(browser, hall.performance_id, pair, times, clock=_Clock(counted))
        if number >= WARM_UP:
            for step, (taken, requested) in times.items():
                cpu[step].append(taken)
                statements[step].append(requested)
    return {
        step: {"cpu": percentile(cpu[step], 0.1), "statements": min(statements[step])}
        for step in STEPS
    }


class InProcessBrowser:
    """A `http_client.Browser` that calls the application directly."""

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
    """Count the statements sent to the database, except BEGIN and COMMIT."""

    number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)

    @contextmanager
    def of_connection(self):
        with connection.execute_wrapper(self):
            yield


class _Clock:
    """What `buy` measures for a step: processor time and statements."""

    def __init__(self, counted):
        self.counted = counted

    def now(self):
        return time.process_time(), self.counted.number

    def since(self, start):
        return time.process_time() - start[0], self.counted.number - start[1]
