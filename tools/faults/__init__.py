"""Inject faults while tickets are sold under load: `make faults`.

The site runs as in production: gunicorn, a Celery worker, beat, PostgreSQL and Redis, restarted by
the supervisor of `make run`. The application contains no code for this; processes are stopped at
exact steps by the settings, the database engine and the WSGI application of this package.
"""
