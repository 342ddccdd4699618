"""Judge a page in one state, in every theme, size and way to use it."""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from .criteria import criterion_of_tag
from .findings import Findings
from .keyboard import check_keyboard

PROBES = (Path(__file__).parent / "probes.js").read_text()
WINDOW = {"width": 1280, "height": 1024}
NARROW = {"width": 320, "height": 256}  # The window at a zoom of 400 %.
WIDE_ZOOM = {"width": 640, "height": 512}  # At 200 %.
RULES = """() => axe.run({
    resultTypes: ["violations"],
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
    ("endless", "2.2.2", "no endless animation"),
    ("endless", "2.3.1", "no endless animation"),
    ("shortcuts", "2.1.4", "no shortcut keys"),
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
        faults = page.evaluate("probes.errors()")
        findings.note("3.3.1", "errors are described at their fields and announced", state, faults)
        findings.note("4.1.3", "errors are announced", state, faults)
    _check_themes(page, state, findings)
    _check_sizes(page, state, findings)
    check_keyboard(page, state, findings)


def check_without_script(page: Any, state: str, findings: Findings) -> None:
    """Check a page in a browser without JavaScript: its forms can be sent."""
    page.evaluate(PROBES)
    lost = page.evaluate(
        """() => [...document.querySelectorAll("main form")].filter(one => one.checkVisibility()
        && !one.querySelector("button:not([type=button]), [type=submit]")
        && !document.querySelector(`button[form="${one.id}"]`))
        .map(one => one.outerHTML.slice(0, 90))"""
    )
    findings.note("2.1.1", "forms can be sent without JavaScript", f"{state}, no JavaScript", lost)
    state = f"{state}, no JavaScript"
    findings.note("2.4.2", "the page has a title", state, page.evaluate("probes.titles()"))
    findings.note("1.4.10", "nothing is wider", state, page.evaluate("probes.tooWide()"))


def _load(page: Any) -> None:
    page.evaluate(FINISH)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(PROBES)


def _run_axe(page: Any, state: str, findings: Findings) -> None:
    """Note what axe has found, and what it has passed, by criterion."""
    result = page.evaluate(RULES)
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
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    read = [
        (node.get("role", {}).get("value"), node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored")
    ]
    nameless = [f"a {role} without a name" for role, name in read if role in CONTROLS and not name]
    findings.note("4.1.2", "accessibility tree: controls have names", state, nameless)
    pictures = ["an image without a name" for role, name in read if role == "image" and not name]
    findings.note("1.1.1", "accessibility tree: images have names", state, pictures)


def _check_themes(page: Any, state: str, findings: Findings) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(FINISH)
        where = f"{state}, {theme}"
        findings.note("1.4.3", "contrast of text", where, page.evaluate(COLOURS))
        faint = page.evaluate("probes.faintBoundaries()")
        findings.note("1.4.11", "boundaries of fields and buttons", where, faint)
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    where = f"{state}, forced colours"
    own = page.evaluate("probes.ownColours()")
    findings.note("1.4.3", "text has the customer's colours", where, own)
    page.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="reduce")
    page.evaluate(FINISH)


def _check_sizes(page: Any, state: str, findings: Findings) -> None:
    """Check the page at 200 % and 400 % zoom and with more space between letters and lines."""
    for criterion, zoom, size in (("1.4.4", "200 %", WIDE_ZOOM), ("1.4.10", "400 %", NARROW)):
        page.set_viewport_size(size)
        faults = page.evaluate("[...probes.tooWide(), ...probes.clipped()]")
        findings.note(criterion, "nothing is wider or cut off", f"{state}, {zoom}", faults)
    for size, where in ((NARROW, "320 px"), (WINDOW, "1280 px")):
        page.set_viewport_size(size)
        page.evaluate("probes.space()")
        faults = page.evaluate("[...probes.tooWide(), ...probes.clipped()]")
        page.evaluate("probes.unspace()")
        findings.note("1.4.12", "text spacing", f"{state}, {where}", faults)
