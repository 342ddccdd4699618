"""Run a function in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor


def in_thread(call, *args, **options):
    """Call it in another thread, because browser tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call, *args, **options).result()
