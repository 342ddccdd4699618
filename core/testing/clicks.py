"""Count the clicks of a test in a browser, and fail when a job takes more than it should."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

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
