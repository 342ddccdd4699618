"""The plan editor with 20,000 seats stays usable."""

import json

import pytest
from playwright.sync_api import expect

from bookings.tests.plan_editor import EditorPage, logged_in
from venues.drafts import PlanDraft
from venues.edited_plans import check_document, start_draft
from venues.generate import assemble, straight
from venues.plans import add_plan_version
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db(transaction=True)

# Milliseconds of the page's own thread that one action may take until the second frame after it.
# Four times what the slowest takes on two cores without a graphics card.
MOST_TIME = 3000
MOST_BYTES = 1024 * 1024

RUN = """async (script) => {
  new Function("editor", script)(document.querySelector("[data-plan-editor]").editor);
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
}"""
ACTIONS = {
    "select a section": "editor.choose(editor.plan.sections[3])",
    "move it": "editor.actions.move(3, 5)",
    "select all": "editor.selectAll()",
    "move all": "editor.actions.move(3, 5)",
    "undo": "editor.undo()",
    "paint all": "editor.actions.paint('B')",
    "zoom": "editor.view.zoomIn()",
}


def arena() -> PlanDraft:
    sections = [
        straight(
            f"Block {number}",
            category="A",
            rows=25,
            seats=40,
            at=(1050 * (number % 5), 900 * (number // 5)),
        )
        for number in range(20)
    ]
    colors = {"A": "#0072b2", "B": "#d55e00"}
    return assemble("Arena", sections=sections, categories=colors)


@pytest.fixture
def editor(browser_context, live_server):
    plan = add_plan_version(venue=make_venue(), name="Arena", draft=arena())
    context = browser_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    draft = start_draft(venue=plan.venue, name="Arena", plan=plan)
    editor = EditorPage(logged_in(context, live_server), draft)
    yield editor.open()
    assert not editor.errors


def test_twenty_thousand_seats_stay_usable(editor):
    assert editor.page.locator(".seat").count() == 20_000
    times = {name: time_of(editor.page, run(script)) for name, script in ACTIONS.items()}
    times |= {name: time_of(editor.page, action) for name, action in by_hand(editor).items()}
    assert editor.run("editor.selection.ids.size") == 20_000
    expect(editor.status).to_have_text("Moved: 20000")
    editor.save()
    sent = editor.run("editor.lastSave.bytes")

    print(json.dumps(times), sent)
    assert not {name: took for name, took in times.items() if took > MOST_TIME}
    assert sent < MOST_BYTES
    editor.draft.refresh_from_db()
    plan = check_document(editor.draft.document).plan
    assert {seat.category for seat in plan.seats} == {"B"}


def run(script):
    return lambda page: page.evaluate(RUN, script)


def by_hand(editor):
    """Return what a person does with the keyboard and the mouse, one after the other."""
    editor.run("editor.fit()")
    editor.canvas.focus()
    editor.press("Escape")
    assert editor.run("editor.selection.ids.size") == 0

    def select_all(page):
        page.keyboard.press("Control+a")
        next_frame(page)

    def drag_a_seat(page):
        x, y = editor.center_of(editor.id_of("M20"))
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 30, y + 40, steps=4)
        page.mouse.up()
        next_frame(page)

    return {"select all by keyboard": select_all, "drag all by mouse": drag_a_seat}


def next_frame(page):
    page.evaluate(RUN, "")


def time_of(page, action):
    """Do the action; return the milliseconds of processor time that the page's thread took."""
    session = page.context.new_cdp_session(page)
    # Not the time that passes, which depends on what else the machine does.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration") * 1000

    before = spent()
    action(page)
    took = spent() - before
    session.detach()
    return round(took)
