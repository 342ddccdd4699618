"""What the trial's gunicorn serves: the application as it is, whose requests can be stopped."""

import os
from datetime import UTC, datetime, timedelta

from django.core.wsgi import get_wsgi_application

from . import points

_application = get_wsgi_application()

if shift := float(os.environ.get("FAULTS_CLOCK_SHIFT", "0")):
    import time_machine

    # The whole process lives in another time: every look at the clock from Python is shifted.
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=shift), tick=True).start()


def application(environ, start_response):
    with points.doing(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"):
        answer = _application(environ, start_response)
        points.reach(points.BEFORE_ANSWER)
        return answer
