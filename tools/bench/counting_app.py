"""The WSGI application with counters of requests and cache builds.

`gunicorn tools.bench.counting_app` serves Concert. Each request, and each value that
`core.shared_cache` builds, is a line in the file named by BENCH_COUNTS, appended in one write by
all processes.
"""

import os

from concert.wsgi import application as concert
from core import shared_cache

_file = os.open(os.environ["BENCH_COUNTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
_build = shared_cache._build


def application(environ, start_response):
    _note("requested", environ["PATH_INFO"])
    return concert(environ, start_response)


def _counted_build(key, *args):
    _note("built", key)
    return _build(key, *args)


def _note(what, of):
    os.write(_file, f"{what} {of}\n".encode())


shared_cache._build = _counted_build
