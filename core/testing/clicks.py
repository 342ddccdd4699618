"""Count the clicks of a test in a browser, and fail when a job takes more than it should."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

# The table of jobs, with the number of clicks that each may take.
STEP = re.compile(r"`(\w+\.\w+)`")
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


# Of each page, what was clicked on it: a function can be exposed to a page only once.
_counted: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()


@contextmanager
def at_most_clicks(page: Any, most: int) -> Iterator[Clicks]:
    """Count the clicks on the page, also across navigation; fail if there are more than `most`.

    It can be used again for the same page.
    """
    targets = _count_clicks(page)
    targets.clear()
    yield Clicks(targets)
    assert 0 < len(targets) <= most, f"{len(targets)} clicks: {targets}"


def _count_clicks(page: Any) -> list[str]:
    """Return the list to which the name of everything that is clicked on the page is added."""
    if page not in _counted:
        targets: list[str] = []
        _counted[page] = targets
        page.expose_function("countClick", lambda name: targets.append(name))
        page.add_init_script(LISTENER)
        page.evaluate(LISTENER)
    return _counted[page]


@dataclass(frozen=True)
class Job:
    """A row of the table of jobs (docs/week.md); `steps` name modules and functions."""

    number: int
    title: str
    role: str
    clicks: int
    steps: tuple[str, ...]


def jobs() -> dict[int, Job]:
    """Return the jobs of the table by number."""
    rows = (line.strip("| \n").split("|") for line in WEEK.read_text("utf-8").splitlines())
    cells = ([cell.strip() for cell in row] for row in rows if len(row) == 5)
    return {
        int(number): Job(int(number), title, role, int(clicks), tuple(STEP.findall(steps)))
        for number, title, role, clicks, steps in cells
        if number.isdecimal()
    }


@contextmanager
def within_aim(page: Any, job: int) -> Iterator[Clicks]:
    """Count the clicks of a job of the week; fail if it takes more than the table says."""
    with at_most_clicks(page, jobs()[job].clicks) as clicks:
        yield clicks
