"""Run many visitors to the end: a progress bar, a time limit, and clean-up."""

import asyncio

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

BEAT = 0.5  # Seconds between two updates of the progress bar.


def play(console, title, crowd, *, done, total, limit):
    """Run the coroutine `crowd`, and show its progress (`done()` of `total`).

    It is cancelled after `limit` seconds. Returns whether it finished.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        return asyncio.run(_play(crowd, limit, lambda: progress.update(task, completed=done())))


async def _play(crowd, limit, show):
    running = asyncio.ensure_future(crowd)
    until = asyncio.get_running_loop().time() + limit
    try:
        while not running.done() and asyncio.get_running_loop().time() < until:
            await asyncio.wait([running], timeout=BEAT)
            show()
        if not running.done():
            return False
        await running
        return True
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def all_of(customers):
    """Run all visitors concurrently. A `CustomerError` ends only that visitor."""
    tasks = [asyncio.ensure_future(customer) for customer in customers]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
