"""`make faults`: selling under load while things are broken on purpose, and what became of it.

The house runs as it does in production: gunicorn, a Celery worker, beat, PostgreSQL and Redis, kept
alive by the supervisor of `make run`. Nothing in the application knows that it is being tried; what
stops a process at an exact step lives here, in settings and a WSGI application of the trial's own.
"""
