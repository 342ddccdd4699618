"""The project: settings, URLs, Celery, embedded servers."""

import gc

# Loading Django and all of Concert makes a million objects that stay. Looking through them for
# garbage after every few hundred would take a fifth of the time that a start takes.
gc.set_threshold(50_000, 20, 20)
