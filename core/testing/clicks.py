"""Count the clicks of a test in a browser, and fail when a job takes more than it should."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The table of jobs, with the number of clicks that each may take.
TEST = re.compile(r"`([\w/]+\.py::\w+)`")
WEEK = Path(__file__).resolve().parents[2] / "docs" / "week.md"
# A press of the pointer is counted, once for each, whatever it is on. Typing, and moving on by the
# Tab key, are no clicks.
LISTENER = """
addEventListener("pointerdown", (event) => {
  const target = event.target.closest("a, button, label, select, input");
  const name = target?.textContent.trim().slice(0, 40) || target?.name || "";
  if (event.isTrusted) window.countClick(name);
}, true);
"""


@dataclass
class Clicks:
    """What was clicked so far."""

    targets: list[str]

    @property
    def number(self) -> int:
        return len(self.targets)


@contextmanager
def at_most_clicks(page: Any, most: int) -> Iterator[Clicks]:
    """Count the clicks on the page, also across navigation; fail if there are more than `most`.

    To be used once for each page, before the page that the job starts on is opened or after it.
    """
    clicks = Clicks([])
    page.expose_function("countClick", lambda name: clicks.targets.append(name))
    page.add_init_script(LISTENER)
    page.evaluate(LISTENER)
    yield clicks
    assert 0 < clicks.number <= most, f"{clicks.number} clicks: {clicks.targets}"


@dataclass(frozen=True)
class Job:
    """A row of the table of jobs (docs/week.md); `tests` are its files and functions."""

    number: int
    title: str
    role: str
    clicks: int
    tests: tuple[str, ...]


def jobs() -> dict[int, Job]:
    """Return the jobs of the table by number."""
    rows = (line.strip("| \n").split("|") for line in WEEK.read_text("utf-8").splitlines())
    cells = ([cell.strip() for cell in row] for row in rows if len(row) == 5)
    return {
        int(number): Job(int(number), title, role, int(clicks), tuple(TEST.findall(tests)))
        for number, title, role, clicks, tests in cells
        if number.isdecimal()
    }


@contextmanager
def within_aim(page: Any, job: int) -> Iterator[Clicks]:
    """Count the clicks of a job of the week; fail if it takes more than the table says."""
    with at_most_clicks(page, jobs()[job].clicks) as clicks:
        yield clicks
