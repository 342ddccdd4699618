"""A page in a state, and how a browser gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SETTLED = 400  # Milliseconds after which a page has fetched what it fetches by itself.


@dataclass(frozen=True)
class Visit:
    """A page in a state. `open` leads a new browser there, from `path` if that is not all.

    Every visit is made twice: in a browser with JavaScript and, unless it `needs_script`, in one
    without.
    """

    area: str
    name: str
    path: str
    act: Callable[[Any], None] | None = None
    # Whether the page shows the errors of a form.
    is_error: bool = False
    # Whether the customer is logged in.
    is_known: bool = False
    # The address of another account that is logged in, and has just entered its password.
    account: str = ""
    # The status that `path` answers with. Another one means that the page is not the one meant.
    status: int = 200
    needs_script: bool = False
    # Returns what is wrong with what was typed before, if the state is about that.
    kept: Callable[[Any], list[str]] | None = None

    @property
    def state(self) -> str:
        return f"{self.area}: {self.name}"

    def open(self, page: Any) -> None:
        response = page.goto(self.path)
        if response.status != self.status:
            raise LookupError(f"{self.path} answers with status {response.status}.")
        if urlsplit(page.url).path != urlsplit(self.path).path and not self.act:
            raise LookupError(f"{self.path} leads to {urlsplit(page.url).path}.")
        if self.act:
            self.act(page)
        page.wait_for_load_state("load")
        page.wait_for_timeout(SETTLED)


def press_first(page: Any) -> None:
    """Press the main button of the form in the page."""
    page.locator("main form .btn-primary").first.click()
    page.wait_for_load_state("load")
