"""Doing one thing after another, each shown while it is done."""

import select

from .child import Child
from .errors import RunError

LINES_OF_A_FAILURE = 25


def run_step(command, *, cwd, signals, tell, environment=None, title):
    """Run a command to its end, giving each line that it writes to `tell`.

    Raises RunError with the last lines if it fails. If the run is stopped meanwhile, the
    command's whole family is ended first.
    """
    child = Child(title, command, cwd=cwd, environment=environment)
    said = []
    try:
        with signals.held():
            child.start()
        open_ended = True
        while open_ended:
            select.select([child], [], [])
            lines, open_ended = child.read_lines()
            for line in lines:
                said.append(line)
                tell(line)
        status = child.process.wait()
    finally:
        child.kill_family()
    if status:
        last = "\n".join(said[-LINES_OF_A_FAILURE:])
        raise RunError(f"{title} failed (status {status}).\n{last}".rstrip())
