"""Visit the pages one after the other, and compare them with each other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from playwright.sync_api import Error

from core.testing.browser import PATIENCE

from .checks import WINDOW, check_page, check_without_script
from .criteria import Findings
from .visits import Visit, log_in
from .visits.sessions import session_cookie

# Paths of the menu that differ between visitors.
OWN_LINKS = ("/accounts/",)
WITHOUT_SCRIPT = ", no JavaScript"  # Added to the names of states.


class Walk:
    """A walk through a site: `findings`, and the states that could not be opened."""

    def __init__(self, browser: Any):
        self.browser = browser
        self.options: dict[str, Any] = {"viewport": WINDOW, "reduced_motion": "reduce"}
        self.findings = Findings()
        self.states: list[str] = []
        self.unopened: dict[str, str] = {}
        self.session: Any = None
        self.landmarks: dict[str, dict[str, list[str]]] = {}

    def visit_all(self, address: str, visits: Iterable[Visit]) -> Findings:
        """Visit pages of the site at this address, and compare their menus."""
        self.options["base_url"] = address
        self.findings.address = address
        self.landmarks, self.session = {}, None
        for visit in visits:
            self._try(visit, self._visit, visit.state)
            if not visit.needs_script:
                state = visit.state + WITHOUT_SCRIPT
                self._try(visit, self._visit_without_script, state)
        print()
        self._compare()
        return self.findings

    def _try(self, visit: Visit, how: Callable[[Visit], None], state: str) -> None:
        try:
            how(visit)
        except (Error, LookupError, TypeError, ObjectDoesNotExist, DatabaseError) as error:
            self.unopened[state] = (str(error) or repr(error)).splitlines()[0]
            print(f"\n{state}: {self.unopened[state]}")
        else:
            self.states.append(state)
            print(".", end="", flush=True)

    def _visit(self, visit: Visit) -> None:
        with self._page(visit) as page:
            visit.open(page)
            check_page(page, visit.state, self.findings, is_error=visit.is_error)
            if visit.kept:
                what = "what was entered is kept or known"
                self.findings.note("3.3.7", what, visit.state, visit.kept(page))
            self.landmarks[visit.state] = page.evaluate("probes.landmarks()")

    def _visit_without_script(self, visit: Visit) -> None:
        with self._page(visit, java_script_enabled=False) as page:
            visit.open(page)
            check_without_script(page, visit.state, self.findings, is_error=visit.is_error)

    @contextmanager
    def _page(self, visit: Visit, **options: Any) -> Iterator[Any]:
        known = {"storage_state": self._session()} if visit.is_known else {}
        context = self.browser.new_context(**self.options, **known, **options)
        context.set_default_timeout(PATIENCE)
        if visit.account:
            context.add_cookies([session_cookie(visit.account, self.options["base_url"])])
        try:
            yield context.new_page()
        finally:
            context.close()

    def _session(self) -> Any:
        """Return the cookies of a customer who is logged in."""
        if self.session is None:
            context = self.browser.new_context(**self.options)
            log_in(context.new_page())
            self.session = context.storage_state()
            context.close()
        return self.session

    def _compare(self) -> None:
        """Compare the menus and the ways to help of all pages."""
        for part, criterion, what in (
            ("menu", "3.2.3", "the menu has the same order everywhere"),
            ("help", "3.2.6", "help is in the same place everywhere"),
        ):
            shown = {
                state: tuple(path for path in marks[part] if not path.startswith(OWN_LINKS))
                for state, marks in self.landmarks.items()
            }
            # Some pages, such as that of tickets at the door, have no menu.
            usual = next(filter(None, shown.values()), ())
            for state, paths in shown.items():
                differs = [] if not paths or paths == usual else [f"{part}: {', '.join(paths)}"]
                self.findings.note(criterion, what, state, differs)
