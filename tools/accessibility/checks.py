"""Judge a page in one state, in every theme, size and way to use it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from .criteria import Findings, criterion_of_tag
from .keyboard import check_keyboard

PROBES = (Path(__file__).parent / "probes.js").read_text()
WINDOW = {"width": 1280, "height": 1024}
NARROW = {"width": 320, "height": 256}  # The window at a zoom of 400 %.
WIDE_ZOOM = {"width": 640, "height": 512}  # At 200 %.
RESIZED = 250  # Milliseconds after which scripts have followed the size of the window.
# What the size of the window can change.
RULES_OF_SIZE = ("target-size", "scrollable-region-focusable", "region")
RULES = """only => axe.run({
    resultTypes: ["violations"], runOnly: only ?? undefined,
    rules: {"target-size": {enabled: true}, "label-content-name-mismatch": {enabled: true},
            "css-orientation-lock": {enabled: true}},
}).then(({violations, passes}) => ({
    violations: violations.map(({id, tags, nodes}) => ({id, tags, nodes: nodes.map(n => n.html)})),
    passes: passes.map(({id, tags}) => ({id, tags})),
}))"""
COLOURS = """() => axe.run({runOnly: ["color-contrast", "link-in-text-block"],
    resultTypes: ["violations"]}).then(({violations}) => violations.flatMap(({nodes}) =>
    nodes.map(n => n.html)))"""
FINISH = """() => document.getAnimations().forEach(one => { try { one.finish() } catch {} })"""
# Roles that must have a name, and those of images.
CONTROLS = frozenset(
    "button link textbox searchbox combobox checkbox radio switch slider spinbutton tab".split()
)
# Checks by a function of probes.js: its name, the criterion, what is checked.
SIMPLE = (
    ("titles", "2.4.2", "the page has a title"),
    ("languages", "3.1.1", "the page names its language"),
    ("partLanguages", "3.1.2", "languages of parts are codes"),
    ("skipLink", "2.4.1", "a link skips to the content"),
    ("purposes", "1.3.5", "fields about the customer name their purpose"),
    ("blocksPaste", "3.3.8", "passwords can be pasted and filled in"),
    ("shortcuts", "2.1.4", "no shortcut keys"),
)
SIMPLE_OF_EMAILS = tuple(
    one for one in SIMPLE if one[0] in ("titles", "languages", "partLanguages")
)
MEDIA = ("1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.4.2")


def check_page(page: Any, state: str, findings: Findings, *, is_error: bool = False) -> None:
    """Run all checks on the open page; `is_error` says that it shows errors of a form."""
    _load(page)
    _run_axe(page, state, findings)
    _read_tree(page, state, findings)
    for name, criterion, what in SIMPLE:
        findings.note(criterion, what, state, page.evaluate(f"probes.{name}()"))
    media = page.evaluate("probes.media()")
    for criterion in MEDIA:
        findings.note(criterion, "no audio or video", state, media)
    if is_error:
        _check_errors(page, state, findings)
    _check_motion(page, state, findings)
    _check_themes(page, state, findings)
    _check_sizes(page, state, findings)
    check_keyboard(page, state, findings)
    _resize(page, NARROW)
    _run_axe(page, f"{state}, 400 %", findings, rules=RULES_OF_SIZE)
    check_keyboard(page, f"{state}, 400 %", findings)


def check_email(page: Any, state: str, findings: Findings) -> None:
    """Check the text of an e-mail, which is a page without scripts, forms and a menu."""
    _load(page)
    _run_axe(page, state, findings)
    _read_tree(page, state, findings)
    for name, criterion, what in SIMPLE_OF_EMAILS:
        findings.note(criterion, what, state, page.evaluate(f"probes.{name}()"))
    page.emulate_media(color_scheme="dark")
    faint = page.evaluate(COLOURS)
    findings.note("1.4.3", "axe: color-contrast", f"{state}, dark", faint)
    page.emulate_media(color_scheme="light")
    _check_sizes(page, state, findings)


def check_without_script(
    page: Any, state: str, findings: Findings, *, is_error: bool = False
) -> None:
    """Check a page in a browser without JavaScript: its forms can be sent, its buttons work."""
    state = f"{state}, no JavaScript"
    page.evaluate(PROBES)
    lost = page.evaluate("[...probes.unsendable(), ...probes.deadButtons()]")
    findings.note("2.1.1", "forms and buttons work without JavaScript", state, lost)
    # axe cannot run here: it waits for timers, which such a browser does not have.
    _read_tree(page, state, findings)
    if is_error:
        _check_errors(page, state, findings)
    findings.note("2.4.2", "the page has a title", state, page.evaluate("probes.titles()"))
    page.set_viewport_size(NARROW)
    faults = page.evaluate("[...probes.tooWide(), ...probes.clipped()]")
    findings.note("1.4.10", "nothing is wider or cut off", f"{state}, 400 %", faults)


def _load(page: Any) -> None:
    page.evaluate(FINISH)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(PROBES)


def _run_axe(
    page: Any, state: str, findings: Findings, *, rules: Sequence[str] | None = None
) -> None:
    """Note what axe has found, and what it has passed, by criterion; with all rules or some."""
    result = page.evaluate(RULES, rules and list(rules))
    for rule in result["passes"]:
        for criterion in filter(None, map(criterion_of_tag, rule["tags"])):
            findings.note(criterion, f"axe: {rule['id']}", state, [])
    for rule in result["violations"]:
        numbers = list(filter(None, map(criterion_of_tag, rule["tags"])))
        for criterion in numbers:
            faults = [html[:160] for html in rule["nodes"]]
            findings.note(criterion, f"axe: {rule['id']}", state, faults)


def _read_tree(page: Any, state: str, findings: Findings) -> None:
    """Read the accessibility tree as assistive technology does: controls and images have names."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    nameless: dict[str, list[str]] = {"controls": [], "images": []}
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        kind = "controls" if role in CONTROLS else "images" if role == "image" else ""
        if kind and not node.get("ignored") and not node.get("name", {}).get("value", "").strip():
            html = session.send("DOM.getOuterHTML", {"backendNodeId": node["backendDOMNodeId"]})
            nameless[kind].append(f"{role} without a name: {html['outerHTML'][:90]}")
    session.detach()
    for criterion, kind in (("4.1.2", "controls"), ("1.1.1", "images")):
        findings.note(criterion, f"accessibility tree: {kind} have names", state, nameless[kind])


def _check_errors(page: Any, state: str, findings: Findings) -> None:
    faults = page.evaluate("probes.errors()")
    findings.note("3.3.1", "errors are described at their fields and announced", state, faults)
    findings.note("4.1.3", "errors are announced", state, faults)


def _check_motion(page: Any, state: str, findings: Findings) -> None:
    """Check that nothing moves for customers who asked for that, or without an end for others."""
    moving = page.evaluate("probes.moving()")
    findings.note("2.2.2", "nothing moves with reduced motion", state, moving)
    page.emulate_media(reduced_motion="no-preference")
    endless = page.evaluate("probes.endless()")
    page.emulate_media(reduced_motion="reduce")
    for criterion in ("2.2.2", "2.3.1"):
        findings.note(criterion, "no endless animation", state, endless)


def _check_themes(page: Any, state: str, findings: Findings) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(FINISH)
        where = f"{state}, {theme}"
        if theme == "dark":  # The light theme is the one in which all rules have run.
            findings.note("1.4.3", "axe: color-contrast", where, page.evaluate(COLOURS))
        faint = page.evaluate("probes.faintBoundaries()")
        findings.note("1.4.11", "boundaries of fields and buttons", where, faint)
        _check_focus_rings(page, where, findings)
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    where = f"{state}, forced colours"
    own = page.evaluate("probes.ownColours()")
    findings.note("1.4.3", "text has the customer's colours", where, own)
    _check_focus_rings(page, where, findings)
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.evaluate(FINISH)


def _check_focus_rings(page: Any, state: str, findings: Findings) -> None:
    # A focus set by a script looks like one by the keyboard if the last key was Tab.
    page.keyboard.press("Tab")
    unseen = page.evaluate("probes.unseenFocus()")
    findings.note("2.4.7", "the control with the focus looks different", state, unseen)


def _check_sizes(page: Any, state: str, findings: Findings) -> None:
    """Check the page at 200 % and 400 % zoom and with more space between letters and lines."""
    for criterion, zoom, size in (("1.4.4", "200 %", WIDE_ZOOM), ("1.4.10", "400 %", NARROW)):
        _resize(page, size)
        faults = page.evaluate("[...probes.tooWide(), ...probes.clipped()]")
        findings.note(criterion, "nothing is wider or cut off", f"{state}, {zoom}", faults)
    for size, where in ((NARROW, "320 px"), (WINDOW, "1280 px")):
        _resize(page, size)
        page.evaluate("probes.space()")
        faults = page.evaluate("[...probes.tooWide(), ...probes.clipped()]")
        page.evaluate("probes.unspace()")
        findings.note("1.4.12", "text spacing", f"{state}, {where}", faults)


def _resize(page: Any, size: Any) -> None:
    page.set_viewport_size(size)
    page.wait_for_timeout(RESIZED)
