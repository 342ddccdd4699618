"""Running a crowd to its end: a progress bar, a limit of time, and nothing left behind."""

import asyncio

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

BEAT = 0.5  # Seconds between two looks at how far it is.


def play(console, title, crowd, *, done, total, limit):
    """Run the coroutine `crowd` while showing how far it is (`done()` of `total`).

    After `limit` seconds it is cancelled, whatever it is at. Returns whether it came to its end.
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
    """Let all customers live at once; what goes wrong with one is theirs, unless it is our fault.

    `Trouble` has been noted by then. Any other error ends the run.
    """
    tasks = [asyncio.ensure_future(customer) for customer in customers]
    try:
        for task in asyncio.as_completed(tasks):
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
