"""Visit the pages one after the other, and compare them with each other."""

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Error

from .checks import WINDOW, check_page, check_without_script
from .findings import Findings
from .visits import Visit, log_in

# Paths of the menu that differ between visitors.
OWN_LINKS = ("/accounts/",)


class Walk:
    """A walk through a site: `findings`, and the states that could not be opened."""

    def __init__(self, browser: Any, address: str):
        self.browser = browser
        self.options = {"base_url": address, "viewport": WINDOW, "reduced_motion": "reduce"}
        self.findings = Findings()
        self.states: list[str] = []
        self.unopened: dict[str, str] = {}
        self.session: Any = None
        self.landmarks: dict[str, dict[str, list[str]]] = {}

    def visit_all(self, visits: Iterable[Visit]) -> Findings:
        for visit in visits:
            try:
                self._visit(visit)
                self.states.append(visit.state)
            except Error as error:
                self.unopened[visit.state] = str(error).splitlines()[0]
            print(
                "." if visit.state in self.states else f"\n{visit.state} failed", end="", flush=True
            )
        print()
        self._compare()
        return self.findings

    def _visit(self, visit: Visit) -> None:
        known = {"storage_state": self._session()} if visit.is_known else {}
        context = self.browser.new_context(**self.options, **known)
        try:
            page = context.new_page()
            visit.open(page)
            check_page(page, visit.state, self.findings, is_error=visit.is_error)
            if visit.kept:
                what = "what was entered is kept or known"
                self.findings.note("3.3.7", what, visit.state, visit.kept(page))
            self.landmarks[visit.state] = page.evaluate("probes.landmarks()")
        finally:
            context.close()
        if not visit.act:
            self._visit_without_script(visit, known)

    def _visit_without_script(self, visit: Visit, known: dict[str, Any]) -> None:
        context = self.browser.new_context(**self.options, **known, java_script_enabled=False)
        try:
            page = context.new_page()
            visit.open(page)
            check_without_script(page, visit.state, self.findings)
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
            usual = next(iter(shown.values()), ())
            for state, paths in shown.items():
                differs = [] if paths == usual and paths else [f"{part}: {', '.join(paths)}"]
                self.findings.note(criterion, what, state, differs)
