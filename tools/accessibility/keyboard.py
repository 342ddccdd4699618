"""Walk through a page with the Tab key alone."""

from typing import Any

from .criteria import Findings

MOST_STOPS = 160
# What follows the focus has moved after two frames.
FOCUSED = """() => new Promise(done => requestAnimationFrame(
    () => requestAnimationFrame(() => done(probes.focused()))))"""
PARTS = 8  # Stops within a field for a date and a time, at most.
RETURNS = 12  # Shift+Tab is tried this often.


def check_keyboard(page: Any, state: str, findings: Findings) -> None:
    """Check that the focus moves on, is visible, is not covered, and changes nothing by itself."""
    page.evaluate("probes.rest()")
    address = page.url
    stops, trapped, is_whole = _walk(page)
    findings.note("2.1.2", "Tab leads on from every control", state, trapped)
    hidden = [stop["name"] for stop in stops if not stop["isVisible"]]
    findings.note("2.4.7", "the control with the focus looks different", state, hidden)
    covered = [stop["name"] for stop in stops if stop["isObscured"]]
    findings.note("2.4.11", "the control with the focus is not covered", state, covered)
    left = [] if page.url == address else [f"the focus led to {page.url}"]
    findings.note("3.2.1", "moving the focus leads nowhere", state, left)
    if is_whole and not left:
        reached = [stop["stop"] for stop in stops]
        missed = page.evaluate("stops => probes.unreached(stops)", reached)
        findings.note("2.1.1", "Tab reaches what can be pressed", state, missed)


def _walk(page: Any) -> tuple[list[dict[str, Any]], list[str], bool]:
    """Return the stops, where the focus could not leave, and whether the walk came to the end."""
    stops: list[dict[str, Any]] = []
    seen: set[float] = set()
    for _press in range(MOST_STOPS):
        stop = _press_tab(page, stops[-1] if stops else None)
        if stop is None or (stops and stop["stop"] == stops[0]["stop"]):
            return stops, [], bool(stops)
        if stop["stop"] in seen:
            return stops, [stop["name"]], False
        seen.add(stop["stop"])
        stop["isVisible"] = stop["isVisible"] or _is_painted_differently(page)
        stops.append(stop)
    return stops, _cannot_return(page), False


def _press_tab(page: Any, last: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the next control. In a field for a date, Tab leads through its parts first."""
    for _part in range(PARTS):
        page.keyboard.press("Tab")
        stop: dict[str, Any] | None = page.evaluate(FOCUSED)
        if not (stop and last and last["hasParts"] and stop["stop"] == last["stop"]):
            break
    return stop


def _is_painted_differently(page: Any) -> bool:
    """Compare pictures of the control with and without the focus, where its style tells nothing."""
    area = page.evaluate("probes.areaOfFocus()")
    if area is None:
        return False
    focused = page.screenshot(clip=area)
    handle = page.evaluate_handle("document.activeElement")
    handle.evaluate("one => one.blur()")
    plain = page.screenshot(clip=area)
    handle.evaluate("one => one.focus({preventScroll: true})")
    return bool(focused != plain)


def _cannot_return(page: Any) -> list[str]:
    """Return the control at which Shift+Tab is stuck, if it is."""
    last = None
    for _press in range(RETURNS):
        page.keyboard.press("Shift+Tab")
        stop = page.evaluate("probes.focused()")
        if stop and last and stop["stop"] == last:
            return [stop["name"]]
        last = stop and stop["stop"]
    return []
