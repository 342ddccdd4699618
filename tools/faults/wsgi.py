"""The WSGI application of the fault tests: the site, with breakpoints for requests."""

import os
from datetime import UTC, datetime, timedelta

from django.core.wsgi import get_wsgi_application

from . import breakpoints

_application = get_wsgi_application()

if shift := float(os.environ.get("FAULTS_CLOCK_SHIFT", "0")):
    import time_machine

    # The clock of the whole process is shifted, for all of Python.
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=shift), tick=True).start()


def application(environ, start_response):
    with breakpoints.activity(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"):
        answer = _application(environ, start_response)
        breakpoints.reach(breakpoints.BEFORE_ANSWER)
        return answer
