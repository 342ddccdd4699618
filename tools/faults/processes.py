"""Processes of the system, for tests to fork: see `core.testing.processes`."""

import sys


def web(*, port):
    """Run gunicorn as `make run` starts it, with two workers that can be stopped at breakpoints."""
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "tools.faults.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2"]
    sys.argv += ["--threads=2", "--no-sendfile", "--log-level=error", "--access-logfile=/dev/null"]
    run()


def worker(*, counter):
    """Run a Celery worker, which counts the tasks it has begun under `counter` in Redis."""
    from celery.signals import task_prerun
    from django.core.cache import cache

    from concert.celery import app

    cache.set(counter, 0, timeout=600)
    task_prerun.connect(lambda **_task: cache.incr(counter), weak=False)
    app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip"])


def beat(*, folder, every):
    """Run Celery's beat, with a short interval in seconds for all tasks."""
    from concert.celery import app

    for entry in app.conf.beat_schedule.values():
        entry["schedule"] = every
    app.Beat(schedule=f"{folder}/schedule", max_interval=every, loglevel="ERROR").run()
