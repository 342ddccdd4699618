"""A thread of one's own."""

from concurrent.futures import ThreadPoolExecutor


def apart(call, *args, **options):
    """Call it in another thread: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call, *args, **options).result()
