"""The plan editor in a browser: pointer, keyboard, undo, conflicts, faults."""

import io

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from bookings.tests.plan_editor import EditorPage, logged_in
from core.testing.page_faults import faults_of
from venues.edited_plans import check_document, save_document, start_draft
from venues.plan_diff import compare_plans
from venues.plans import add_plan_version, draft_of
from venues.tests.factories import draft, make_venue, seat, standing_section

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan():
    seats = [seat(row, str(n), 30 * n, y) for row, y in (("A", 50), ("B", 90)) for n in range(1, 6)]
    wanted = draft(seats=seats, width=400, height=400)
    sections = [*wanted.sections, standing_section()]
    return add_plan_version(
        venue=make_venue(), name="Main hall", draft=draft(sections=sections, width=400, height=400)
    )


@pytest.fixture
def edited(plan):
    return start_draft(venue=plan.venue, name="Main hall", plan=plan)


@pytest.fixture
def editor(browser_context, live_server, edited):
    context = browser_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    editor = EditorPage(logged_in(context, live_server), edited)
    yield editor.open()
    assert not editor.errors


def saved_plan(edited):
    edited.refresh_from_db()
    return check_document(edited.document).plan


def seats_by_label(plan):
    return {f"{seat.row}{seat.number}": seat for seat in plan.seats}


def click_seat(editor, label, **options):
    x, y = editor.center_of(editor.id_of(label))
    editor.actions += 1
    editor.page.mouse.move(x, y)
    for key in options.get("modifiers", []):
        editor.page.keyboard.down(key)
    editor.page.mouse.click(x, y, click_count=options.get("click_count", 1))
    for key in options.get("modifiers", []):
        editor.page.keyboard.up(key)


def selected(editor):
    return editor.run("editor.selection.seats(editor.plan).map((s) => s.row.name + s.number)")


def test_it_opens_a_plan(editor, edited, plan, subtests):
    with subtests.test("draws the plan"):
        assert editor.page.locator(".seat").count() == 10
        expect(editor.status).to_have_text("Capacity: 360, sections: 2")
    with subtests.test("saves it unchanged"):
        editor.save()

        assert saved_plan(edited) == draft_of(plan)
    with subtests.test("pure functions"):
        check_geometry(editor.page)
    with subtests.test("selects by click, row, section and box"):
        click_seat(editor, "A2")
        click_seat(editor, "B3", modifiers=["Shift"])
        assert selected(editor) == ["A2", "B3"]

        editor.click("row")
        assert len(selected(editor)) == 10

        click_seat(editor, "B1", click_count=2)
        assert selected(editor) == ["B1", "B2", "B3", "B4", "B5"]

        x, y = editor.center_of(editor.id_of("A1"))
        to_x, to_y = editor.center_of(editor.id_of("B2"))
        editor.page.mouse.move(x - 40, y - 40)
        editor.page.mouse.down()
        editor.page.mouse.move(to_x + 5, to_y + 5, steps=4)
        editor.page.mouse.up()
        assert selected(editor) == ["A1", "A2", "B1", "B2"]
    with subtests.test("refuses impossible sections at their field"):
        editor.click("new-section")
        dialog = editor.page.locator('[data-dialog="section"]')
        dialog.locator("[name=name]").fill("Stalls")
        dialog.locator("[name=seats]").fill("20")
        dialog.locator("[name=aisles]").evaluate("one => { one.removeAttribute('max') }")
        dialog.locator("[name=aisles]").fill("30")
        dialog.locator('button[value="ok"]').click()

        expect(dialog.locator('[data-field="aisles"] .field-errors')).not_to_be_empty()
        assert dialog.is_visible()
        editor.errors.clear()


def check_geometry(page):
    script = """async () => {
      const g = await import("/static/js/plan-editor/geometry.js");
      const at = (x, y) => ({ x, y });
      return {
        bounds: g.boundsOf([at(1, 5), at(4, 2)]),
        mirrored: g.mirrored([at(1, 5)], 3),
        aligned: g.aligned([at(0, 0), at(10, 8)], "y"),
        distributed: g.distributed([at(0, 0), at(1, 1), at(10, 20)]),
        next: g.nextInRow([at(0, 0), at(20, 5)]),
        afterAisle: g.nextInRow([at(0, 0), at(80, 0)]),
        nearest: g.nearest([at(0, 0), at(20, 3), at(20, 30)], at(0, 0.5), "right"),
        free: g.freeText("a", new Set(["a", "a-2"])),
      };
    }"""
    assert page.evaluate(script) == {
        "bounds": {"left": 1, "top": 2, "right": 4, "bottom": 5},
        "mirrored": [{"x": 5, "y": 5}],
        "aligned": [{"x": 0, "y": 4}, {"x": 10, "y": 4}],
        "distributed": [{"x": 0, "y": 0}, {"x": 5, "y": 10}, {"x": 10, "y": 20}],
        "next": {"x": 40, "y": 10},
        "afterAisle": {"x": 104, "y": 0},
        "nearest": {"x": 20, "y": 3},
        "free": "a-3",
    }


def test_dragging_moves_the_selection_and_can_be_undone(editor, edited, plan):
    click_seat(editor, "A1")
    x, y = editor.center_of(editor.id_of("A1"))
    editor.page.mouse.move(x, y)
    editor.page.mouse.down()
    editor.page.mouse.move(x, y + 60, steps=5)
    editor.page.mouse.up()
    expect(editor.status).to_have_text("Moved: 1")
    editor.save()
    diff = compare_plans(draft_of(plan), saved_plan(edited))
    assert [after.label for _before, after in diff.moved] == ["Stalls A 1"]

    editor.press("Control+z")
    editor.save()
    assert not compare_plans(draft_of(plan), saved_plan(edited)).moved
    editor.press("Control+y")
    expect(editor.page.locator('[data-do="redo"]')).to_be_disabled()
    editor.save()


def test_everything_works_by_keyboard(editor, edited):
    editor.canvas.focus()
    editor.press("ArrowDown")
    expect(editor.status).to_have_text("Stalls, row A, seat 1, Stalls, regular")
    editor.press("ArrowRight", "Space")
    expect(editor.status).to_have_text("Seats selected: 1")
    editor.press("w")
    expect(editor.status).to_have_text("Marked: 1, wheelchair space")
    editor.press("Escape", "ArrowRight", "Space", "c")
    editor.press("Escape", "ArrowDown", "r", "v", "2")
    editor.press("Escape", "ArrowLeft", "Space", "Delete")
    editor.press("ArrowRight", "n", "Alt+ArrowDown", "Alt+Shift+ArrowDown")
    editor.press("Control+s")
    expect(editor.status).to_have_text("Draft saved.")

    seats = seats_by_label(saved_plan(edited))
    assert (seats["A2"].kind, seats["A3"].kind) == ("wheelchair", "companion")
    assert len([label for label in seats if label.startswith("B")]) == 4
    assert {seats[label].category for label in seats if label[0] == "B"} == {"Standing"}
    assert {seats[label].kind for label in seats if label[0] == "B"} == {"restricted"}
    assert "A6" in seats
    assert seats["A6"].y == 61


def test_rows_and_seats_are_added_anywhere(editor, edited):
    click_seat(editor, "B2")
    editor.canvas.focus()
    editor.press("a")
    expect(editor.status).to_have_text("Seats selected: 1")
    editor.page.wait_for_function(
        "document.querySelector('[data-plan-editor]').editor.plan.seats.size === 11"
    )
    assert selected(editor) == ["B2a"]
    editor.click("seat-before")
    editor.page.wait_for_function(
        "document.querySelector('[data-plan-editor]').editor.plan.seats.size === 12"
    )
    assert selected(editor) == ["B2aa"]
    editor.click("add-row")
    expect(editor.status).to_have_text("Seats selected: 7")
    editor.save()

    seats = seats_by_label(saved_plan(edited))
    assert [label for label in seats if label[0] == "B"] == "B1 B2 B2aa B2a B3 B4 B5".split()
    assert len([label for label in seats if label[0] == "C"]) == 7
    assert seats["C1"].y == 130
    editor.press("Control+z", "Control+z", "Control+z")
    editor.save()
    assert [seat.x for seat in saved_plan(edited).seats if seat.row == "B"] == [
        30,
        60,
        90,
        120,
        150,
    ]


def test_a_stage_cannot_leave_the_plan(editor, edited):
    editor.page.get_by_text("Stage and labels").click()
    editor.click("stage")
    editor.canvas.focus()
    editor.press(*["Alt+Shift+ArrowUp"] * 8)
    editor.save()

    shapes = saved_plan(edited).decoration
    assert shapes[1]["position"]["y"] + shapes[1]["text"]["position"]["y"] >= 0
    assert seats_by_label(saved_plan(edited))["A1"].y > 50
    assert editor.run("editor.selection.thing.shape.text.text") == "Stage"


def test_a_section_is_renamed_duplicated_mirrored_and_deleted(editor, edited):
    page = editor.page
    page.get_by_role("button", name="Stalls · Rows: 2, seats: 10").click()
    editor.click("duplicate-mirrored")
    page.locator("[data-section-name]").fill("Right")
    page.locator("[data-section-name]").press("Tab")
    editor.save()
    plan = saved_plan(edited)
    assert [section.name for section in plan.sections] == ["Stalls", "Floor", "Right"]
    left, _floor, right = plan.sections
    assert len({seat.guid for seat in plan.seats}) == 20
    assert right.seats[0].x > right.seats[4].x
    assert right.seats[0].x - left.seats[0].x > 200

    editor.click("delete-section")
    editor.save()
    assert len(saved_plan(edited).sections) == 2


def test_rows_are_renamed_and_renumbered_by_the_server(editor, edited):
    editor.canvas.focus()
    editor.press("Control+a")
    editor.click("renumber")
    dialog = editor.page.locator('[data-dialog="renumber"]')
    dialog.locator("[name=numbered]").select_option("even-right")
    dialog.locator("[name=after]").fill("1")
    dialog.locator("[data-rename-rows]").check()
    dialog.locator("[name=after]").fill("H")
    dialog.locator('button[value="ok"]').click()
    expect(editor.status).to_have_text("Numbered: 10")
    editor.save()

    labels = list(seats_by_label(saved_plan(edited)))
    assert labels[:5] == ["J10", "J8", "J6", "J4", "J2"]
    assert labels[5] == "K10"


def test_a_standing_area_is_drawn_corner_by_corner(editor, edited):
    editor.click("corners")
    editor.press("Space", "ArrowRight", "Shift+ArrowRight", "Space", "Shift+ArrowDown", "Space")
    editor.press("Enter")
    dialog = editor.page.locator('[data-dialog="section"]')
    dialog.locator("[name=name]").fill("Balcony")
    dialog.locator("[name=capacity]").fill("80")
    dialog.locator('button[value="ok"]').click()
    dialog.wait_for(state="hidden")
    editor.save()

    made = saved_plan(edited).sections[-1]
    assert (made.name, made.standing, len(made.outline)) == ("Balcony", 80, 3)
    assert made.outline[1][0] - made.outline[0][0] == 110


def test_stage_text_and_categories(editor, edited):
    page = editor.page
    page.get_by_text("Stage and labels").click()
    editor.click("stage")
    page.locator('[data-shape="text"]').fill("Bühne")
    page.locator('[data-shape="text"]').press("Tab")
    page.get_by_text("Price categories", exact=True).click()
    page.locator("[data-new-category] input").fill("Premium")
    page.locator("[data-new-category] button").click()
    name = page.get_by_label("Name of Stalls")
    name.fill("Parkett")
    name.press("Tab")
    editor.save()

    plan = saved_plan(edited)
    assert [category["name"] for category in plan.categories] == ["Parkett", "Standing", "Premium"]
    assert {seat.category for seat in plan.seats} == {"Parkett"}
    assert any(area.get("text", {}).get("text") == "Bühne" for area in plan.decoration)


def test_align_distribute_and_rotate(editor, edited):
    click_seat(editor, "A1", click_count=2)
    editor.page.locator("[data-rotate]").fill("90")
    editor.click("rotate")
    editor.page.locator("[data-align]").select_option("top")
    editor.click("align")
    editor.click("undo")
    editor.click("distribute")
    editor.save()

    row = [seat for seat in saved_plan(edited).seats if seat.row == "A"]
    assert max(seat.x for seat in row) - min(seat.x for seat in row) < 1
    assert max(seat.y for seat in row) - min(seat.y for seat in row) == pytest.approx(120)
    arrange_in_the_table_by_keyboard(editor.page, edited)


def arrange_in_the_table_by_keyboard(page, edited):
    before = [(seat.x, seat.y) for seat in saved_plan(edited).seats]
    page.goto(reverse("admin:venues_editedplan_table", args=[edited.pk]) + "?section=0&row=0")
    for number in "134":
        page.get_by_role("checkbox", name=f"Select seat {number}").press("Space")
    page.get_by_label("Align").and_(page.locator("select")).select_option("top")
    page.get_by_role("button", name="Align").press("Enter")
    expect(page.get_by_text("3 seats aligned.")).to_be_visible()
    page.wait_for_function("document.activeElement.matches('[role=status]')")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    assert faults_of(page) == []
    seats = saved_plan(edited).seats
    assert len({seat.y for seat in seats if seat.number in "134" and seat.row == "A"}) == 1
    page.get_by_role("button", name="Undo the last save").press("Enter")
    expect(page.get_by_text("The last save was undone.")).to_be_visible()
    assert [(seat.x, seat.y) for seat in saved_plan(edited).seats] == before


def test_a_picture_is_traced_moved_and_removed(editor, edited):
    page = editor.page
    page.get_by_text("Picture to trace").click()
    form, picture = page.locator("[data-background]"), page.locator("[data-canvas] image")
    form.get_by_label("Picture").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    form.get_by_role("button", name="Save picture").click()
    expect(editor.status).to_contain_text("picture")
    expect(picture).to_have_count(0)
    editor.errors.clear()  # The browser logs the answer 422.

    drawn = io.BytesIO()
    Image.new("RGB", (400, 200), "navy").save(drawn, "PNG")
    form.get_by_label("Picture").set_input_files(
        {"name": "plan.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    )
    form.get_by_label("From the left").fill("10")
    form.get_by_label("Width").fill("200")
    form.get_by_role("button", name="Save picture").click()
    expect(picture).to_have_attribute("width", "200")
    page.wait_for_function("document.querySelector('[data-canvas] image').getBBox().height === 100")
    editor.open()
    page.get_by_text("Picture to trace").click()
    form.get_by_label("Opacity").fill("0.8")
    form.get_by_role("button", name="Save picture").click()
    expect(picture).to_have_attribute("opacity", "0.8")
    assert [picture.get_attribute(name) for name in ("x", "y", "width")] == ["10", "0", "200"]

    form.get_by_role("button", name="Remove picture").click()
    expect(picture).to_have_count(0)
    edited.refresh_from_db()
    assert not edited.background
    assert edited.revision == 1


def test_a_second_window_is_told_and_loses_nothing(editor, edited):
    click_seat(editor, "A1")
    editor.press("Delete")
    save_document(draft=edited, revision=1, document=edited.document)

    editor.click("save")

    expect(editor.page.locator("[data-problem]")).to_contain_text("another window")
    assert editor.page.locator(".seat").count() == 9
    assert editor.errors  # The browser logs the answer 409.
    editor.errors.clear()
    edited.refresh_from_db()
    assert len(check_document(edited.document).plan.seats) == 10
    editor.page.get_by_role("button", name="Reload the draft").click()
    editor.page.wait_for_selector("[data-plan-editor][data-ready]")
    assert editor.page.locator(".seat").count() == 10


def test_faults_lead_to_their_seat(editor):
    click_seat(editor, "B4")
    editor.run("editor.actions.renumber(new Map([[editor.selection.seats(editor.plan)[0], '']]))")
    editor.click("save")
    expect(editor.status).to_have_text("Draft saved. Faults: 1")
    editor.press("Escape")

    editor.page.get_by_role("button", name="Section “Stalls”, row B, seat #4").click()

    assert selected(editor) == ["B"]
