"""The tables of a draft: sections, rows, seats, price categories and objects."""

import pytest

from venues.edited_plans import check_document
from venues.models import SeatingPlan
from venues.plans import draft_of
from venues.shape_edits import add_text, shapes_of
from venues.tests.factories import draft_url

pytestmark = pytest.mark.django_db


def test_sections_are_renamed_painted_and_deleted(manager, edited):
    data = {
        "revision": 1,
        "name-0": "Parkett",
        "category-0": "Standing",
        "name-1": "Floor",
        "capacity-1": "400",
        "category-1": "Stalls",
    }
    manager.post(draft_url(edited, "table"), data)

    edited.refresh_from_db()
    first, floor = edited.document["zones"][:2]
    assert first["name"] == "Parkett"
    assert {seat["category"] for seat in first["rows"][0]["seats"]} == {"Standing"}
    assert floor["zone_id"] == "floor;capacity=400;category=Stalls"

    manager.post(draft_url(edited, "table"), {"revision": 2, "delete-0": "on"})
    edited.refresh_from_db()
    assert [zone["name"] for zone in edited.document["zones"]] == ["Floor"]


def test_rows_are_renamed_and_their_seats_marked(manager, edited):
    data = {"revision": 1, "name-0": "AA", "kind-0": "restricted"}
    manager.post(draft_url(edited, "table", "?section=0"), data)

    edited.refresh_from_db()
    row = edited.document["zones"][0]["rows"][0]
    assert row["row_number"] == "AA"
    assert {seat["category"] for seat in row["seats"]} == {"Stalls (restricted view)"}
    manager.post(draft_url(edited, "publish"), {"revision": 2})
    plan = SeatingPlan.objects.get(version=2)
    assert {seat.kind for seat in draft_of(plan).seats} == {"restricted"}


def test_seats_are_renumbered_marked_added_and_deleted(manager, edited):
    data = {
        "revision": 1,
        "number-0": "101",
        "kind-1": "wheelchair",
        "kind-2": "companion",
        "add": "1",
    }
    manager.post(draft_url(edited, "table", "?section=0&row=0"), data)

    edited.refresh_from_db()
    seats = edited.document["zones"][0]["rows"][0]["seats"]
    assert [seat["seat_number"] for seat in seats] == ["101", "2", "3", "102"]
    assert [seat["category"] for seat in seats[1:3]] == [
        "Stalls (wheelchair space)",
        "Stalls (companion)",
    ]
    assert len({seat["seat_guid"] for seat in seats}) == 4

    manager.post(draft_url(edited, "table", "?section=0&row=0"), {"revision": 2, "delete-3": "on"})
    edited.refresh_from_db()
    assert len(edited.document["zones"][0]["rows"][0]["seats"]) == 3


def test_rows_are_added_and_seats_inserted(manager, edited):
    manager.post(draft_url(edited, "table", "?section=0"), {"revision": 1, "add": "1"})
    data = {"revision": 2, "number-0": "7", "insert": "2", "delete-0": "on"}
    manager.post(draft_url(edited, "table", "?section=0&row=1"), data)

    edited.refresh_from_db()
    (first, second) = edited.document["zones"][0]["rows"]
    assert (first["row_number"], second["row_number"]) == ("A", "B")
    assert [seat["seat_number"] for seat in second["seats"]] == ["2", "3a", "3"]
    assert len(check_document(edited.document).plan.seats) == 6
    assert edited.document["size"]["height"] >= 120


def test_price_categories_are_renamed_recoloured_added_and_deleted(manager, edited):
    edited.document["zones"][0]["rows"][0]["seats"][0]["category"] = "Stalls (companion)"
    edited.document["categories"].append({"name": "Stalls (companion)", "color": "#aa0000"})
    edited.document["categories"].append({"name": "Unused", "color": "#123456"})
    edited.save()
    data = {
        "categories": "1",
        "revision": 1,
        "category-name-0": "Standing",
        "category-color-0": "#00ff00",
        "category-name-1": "Stalls",
        "category-delete-2": "on",
        "new-category": "Premium",
    }
    manager.post(draft_url(edited, "table"), data)

    edited.refresh_from_db()
    plan = check_document(edited.document).plan
    assert {one["name"]: one["color"] for one in plan.categories} == {
        "Standing": "#00ff00",
        "Stalls": "#00aa00",
        "Premium": plan.categories[2]["color"],
    }
    assert {(seat.category, seat.kind) for seat in plan.seats} == {
        ("Standing", "companion"),
        ("Standing", "ordinary"),
    }
    assert plan.sections[1].category == "Stalls"


def test_price_categories_with_seats_or_the_same_name_are_refused(manager, edited, subtests):
    for entered, message in (
        ({"category-delete-0": "on"}, "Stalls still has seats."),
        ({"category-name-0": "Standing"}, "cannot have the same name"),
        ({"new-category": "Stalls"}, "cannot have the same name"),
    ):
        with subtests.test(message, entered=entered):
            data = {"categories": "1", "revision": 1} | entered
            response = manager.post(draft_url(edited, "table"), data, follow=True)
            assert message in response.content.decode()
            edited.refresh_from_db()
            assert edited.revision == 1


def test_stage_and_labels_are_added_renamed_moved_and_deleted(manager, edited):
    data = {"shapes": "stage", "revision": 1, "new-text": "Bar"}
    manager.post(draft_url(edited, "table"), data)
    data = {
        "shapes": "1",
        "revision": 2,
        "shape-x-0": "-20",
        "shape-width-0": "120.5",
        "shape-text-1": "Bühne",
        "shape-size-1": "40",
        "shape-y-1": "70",
        "shape-delete-2": "on",
    }
    manager.post(draft_url(edited, "table"), data)

    edited.refresh_from_db()
    plan = check_document(edited.document).plan
    assert not check_document(edited.document).faults
    rectangle, text = plan.decoration
    assert rectangle["rectangle"] == {"width": 120.5, "height": 100}
    assert (text["text"]["text"], text["text"]["size"]) == ("Bühne", 40)
    assert text["position"]["y"] + text["text"]["position"]["y"] == 70
    # Nothing is left of the plan: everything has been moved to the right twice.
    assert rectangle["position"]["x"] == 40
    assert plan.seats[0].x == 20 + 140 + 60
    page = manager.get(draft_url(edited, "table")).content.decode()
    assert 'value="Bühne"' in page


def test_many_labels_are_shown_in_pages(manager, edited):
    for number in range(101):
        add_text(edited.document, f"Text {number}")
    edited.save()

    page = manager.get(draft_url(edited, "table", "?shapes=2")).content.decode()
    assert "Text 100" in page
    assert "Text 99" not in page
    data = {"shapes": "1", "revision": 1, "shape-text-100": "Bar"}
    manager.post(draft_url(edited, "table", "?shapes=2"), data)

    edited.refresh_from_db()
    texts = [area["text"]["text"] for _zone, area in shapes_of(edited.document)]
    assert texts[99:] == ["Text 99", "Bar"]


def test_rows_are_numbered_by_a_rule(manager, edited):
    address = draft_url(edited, "table", "?section=0")
    manager.post(address, {"revision": 1, "add": "1"})
    data = {"renumber": "1", "numbered": "even-right", "from_row": 1, "to_row": 1}
    manager.post(address, data | {"revision": 2, "rename": "on", "after": "F"})

    edited.refresh_from_db()
    first, second = edited.document["zones"][0]["rows"]
    assert [seat["seat_number"] for seat in first["seats"]] == ["1", "2", "3"]
    assert [seat["seat_number"] for seat in second["seats"]] == ["6", "4", "2"]
    assert second["row_number"] == "G"

    response = manager.post(address, data | {"revision": 3, "first_row": "?"})
    assert response.status_code == 422
    assert "neither a number nor a row letter" in response.content.decode()


def test_seats_are_moved_by_numbers(manager, edited):
    data = {"revision": 1, "x-0": "20", "y-1": "70.5", "x-2": "nan"}
    manager.post(draft_url(edited, "table", "?section=0&row=0"), data)

    edited.refresh_from_db()
    seats = check_document(edited.document).plan.seats
    assert [(seat.x, seat.y) for seat in seats] == [(20, 50), (40, 70.5), (60, 50)]


def test_sections_are_moved_rotated_mirrored_copied_and_reordered(manager, edited):
    def place(action, section=0, row="", **values):
        query = f"?section={section}" + (f"&row={row}" if row else "")
        data = {"place": action, "revision": edited.revision} | values
        manager.post(draft_url(edited, "table", query), data)
        edited.refresh_from_db()
        return check_document(edited.document).plan

    plan = place("move", right="10", down="5.5")
    assert [(seat.x, seat.y) for seat in plan.seats] == [(30, 55.5), (50, 55.5), (70, 55.5)]
    plan = place("rotate", row="0", degrees="90")
    assert [(seat.x, seat.y) for seat in plan.seats] == [(50, 35.5), (50, 55.5), (50, 75.5)]
    plan = place("rotate", degrees="-90")
    plan = place("mirror")
    assert [seat.x for seat in plan.seats] == [70, 50, 30]
    plan = place("duplicate-mirrored")
    assert [seat.x for seat in plan.seats[3:]] == [118, 138, 158]
    assert len({seat.guid for seat in plan.seats}) == 6
    assert [section.name for section in plan.sections] == ["Stalls", "Stalls 2", "Floor"]
    plan = place("move", section=2, down="100")
    assert plan.sections[2].outline[0] == (10, 160)
    plan = place("duplicate", section=2)
    assert plan.sections[3].capacity == 350
    manager.post(draft_url(edited, "table"), {"revision": edited.revision, "up": "2"})
    edited.refresh_from_db()
    plan = check_document(edited.document).plan
    assert [section.name for section in plan.sections][:3] == ["Stalls", "Floor", "Stalls 2"]
    assert not check_document(edited.document).faults


def test_seats_of_a_row_are_distributed_on_a_line(manager, edited):
    edited.document["zones"][0]["rows"][0]["seats"][1]["position"] = {"x": 55, "y": 99}
    edited.save()
    data = {"place": "distribute", "revision": 1}
    manager.post(draft_url(edited, "table", "?section=0&row=0"), data)

    edited.refresh_from_db()
    seats = check_document(edited.document).plan.seats
    assert [(seat.x, seat.y) for seat in seats] == [(20, 50), (40, 50), (60, 50)]


def test_ticked_seats_are_aligned_and_distributed(manager, edited):
    def arrange(query, action, *chosen, **values):
        edited.refresh_from_db()
        data = {"revision": edited.revision, "arrange": action, "chosen": chosen, **values}
        page = manager.post(draft_url(edited, "table", query), data, follow=True).content.decode()
        edited.refresh_from_db()
        seats = check_document(edited.document).plan.seats
        return page, [(seat.x, seat.y) for seat in seats]

    one_row = "?section=0&row=0"
    page, places = arrange(one_row, "align", 0, 2, edge="bottom", **{"y-2": "70"})
    assert places == [(20, 70), (40, 50), (60, 70)]
    assert "autofocus>2 seats aligned." in page
    assert page.count("checked") == 2 and 'value="bottom" selected' in page
    page, places = arrange(one_row, "distribute", 1, numbers="1, 2-3")
    assert places == [(20, 70), (40, 70), (60, 70)] and "3 seats distributed." in page
    for query, chosen, numbers, problem in [
        (one_row, [0], "", "Select at least 2 seats."),
        (one_row, [], "1, 7-9", "There is no seat 7-9 in these rows."),
        ("?section=0", [0], " ", "Enter the numbers of the seats"),
        ("?section=0", ["x", 99], "1", "There is no seat 1 in these rows."),
    ]:
        page, after = arrange(query, "align", *chosen, numbers=numbers)
        assert problem in page and after == places
    page, places = arrange("?section=0", "align", 0, numbers="1-2", edge="x")
    assert places == [(30, 70), (30, 70), (60, 70)] and "2 seats aligned." in page
    manager.post(draft_url(edited, "table"), {"revision": edited.revision, "undo": "1"})
    edited.refresh_from_db()
    assert check_document(edited.document).plan.seats[0].x == 20
    page = manager.get(draft_url(edited, "table", "?section=0&arrange=align&numbers=nobody"))
    assert page.status_code == 200


def test_the_last_save_is_undone_and_redone(manager, edited):
    before = edited.document
    address = draft_url(edited, "table", "?section=0")
    assert "Undo the last save" not in manager.get(address).content.decode()
    manager.post(address, {"revision": 1, "name-0": "AA"})
    assert "Undo the last save" in manager.get(address).content.decode()

    # The second undoing redoes; the third comes from an old page.
    for revision, name in ((2, "A"), (3, "AA"), (3, "AA")):
        manager.post(address, {"revision": revision, "undo": "1"})
        edited.refresh_from_db()
        assert edited.document["zones"][0]["rows"][0]["row_number"] == name
    assert edited.revision == 4
    assert edited.previous == before


def test_a_section_is_added(manager, edited):
    data = {"kind": "rows", "name": "Gallery", "rows": 2, "seats": 30, "x": 0, "y": 200}
    manager.post(draft_url(edited, "table"), data | {"new": "1", "revision": 1, "spaces": 1})

    response = manager.post(draft_url(edited, "publish"), {"revision": 2})

    assert response.status_code == 302
    plan = SeatingPlan.objects.get(version=2)
    assert plan.sections.get(name="Gallery").capacity == 60


def test_impossible_sections_are_refused_at_their_field(manager, edited):
    data = {"kind": "rows", "name": "Gallery", "rows": "x", "seats": 30, "x": 0, "y": 200}
    response = manager.post(draft_url(edited, "table"), data | {"new": "1", "revision": 1})

    assert response.status_code == 422
    assert "Enter a whole number." in response.content.decode()


def test_an_old_table_changes_nothing(manager, edited):
    manager.post(draft_url(edited, "table"), {"revision": 1, "name-0": "Parkett"})

    response = manager.post(
        draft_url(edited, "table"), {"revision": 1, "delete-0": "on"}, follow=True
    )

    assert "another window" in response.content.decode()
    edited.refresh_from_db()
    assert len(edited.document["zones"]) == 2


def test_nonsense_is_harmless(manager, edited):
    before = edited.document
    data = {"revision": 1, "category-0": "Unknown", "kind-0": "throne", "capacity-1": "-5"}
    manager.post(draft_url(edited, "table"), data)
    edited.refresh_from_db()

    assert edited.document == before
    for query in ("?section=9", "?section=x", "?section=0&row=7", "?section=-1"):
        assert manager.get(draft_url(edited, "table", query)).status_code == 404


def test_faults_are_shown(manager, edited):
    edited.document["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 9000
    edited.save()

    page = manager.get(draft_url(edited, "table", "?section=0&row=0")).content.decode()

    assert "Section “Stalls”, row A, seat 1" in page
