import json
import zlib
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from venues.edited_plans import check_document, start_draft
from venues.models import EditedPlan, SeatingPlan
from venues.plan_format import MAX_BYTES
from venues.plans import add_plan_version, draft_of
from venues.shape_edits import add_text, shapes_of
from venues.tests.factories import draft, make_venue, standing_section

pytestmark = pytest.mark.django_db

LIST = "admin:venues_editedplan_changelist"
ADD = "admin:venues_editedplan_add"


@pytest.fixture
def plan():
    wanted = draft(sections=[*draft().sections, standing_section()])
    return add_plan_version(venue=make_venue(), name="Main hall", draft=wanted)


@pytest.fixture
def edited(plan):
    return start_draft(venue=plan.venue, name="Main hall", plan=plan)


def make_staff(role):
    """Return an account with this role, a group that is filled by `migrate`."""
    user = get_user_model().objects.create_user("staff@example.org", "sesame", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def manager(client):
    client.force_login(make_staff("Manager"))
    return client


def url(edited, page, query=""):
    return reverse(f"admin:venues_editedplan_{page}", args=[edited.pk]) + query


def save(client, edited, document, revision=1, **options):
    options = {"content_type": "application/json"} | options
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(url(edited, "document", f"?revision={revision}"), body, **options)


class TestStart:
    def test_a_manager_starts_a_copy_from_the_plan(self, manager, plan):
        page = manager.get(reverse("admin:venues_seatingplan_edit_copy", args=[plan.pk]))
        response = manager.post(page.url, {"plan": plan.pk})

        edited = EditedPlan.objects.get()
        assert response.url == url(edited, "change")
        assert (edited.venue, edited.name, edited.base_version) == (plan.venue, "Main hall", 1)

    def test_a_manager_starts_an_empty_plan(self, manager):
        venue = make_venue()
        manager.post(reverse(ADD), {"venue": venue.pk, "name": "Foyer"})

        assert EditedPlan.objects.get().document["zones"] == []

    def test_it_asks_for_what_is_missing(self, manager):
        response = manager.post(reverse(ADD), {})

        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"venue", "name"}

    @pytest.mark.parametrize("role", ["Box office", "Door", "Finance"])
    def test_others_cannot(self, client, plan, edited, role):
        client.force_login(make_staff(role))

        assert client.get(reverse(LIST)).status_code == 403
        assert client.post(reverse(ADD), {"plan": plan.pk}).status_code == 403
        pages = ("document", "table", "publish", "background", "sections", "row", "seat", "labels")
        for page in ("change", *pages):
            assert client.get(url(edited, page)).status_code == 403, page
        assert save(client, edited, edited.document).status_code == 403

    def test_the_list_has_a_fixed_number_of_queries(
        self, manager, plan, django_assert_max_num_queries
    ):
        for _number in range(20):
            start_draft(venue=plan.venue, name="Main hall", plan=plan)

        with django_assert_max_num_queries(12):
            assert manager.get(reverse(LIST)).status_code == 200

    def test_a_draft_can_be_discarded(self, manager, edited):
        manager.post(url(edited, "delete"), {"post": "yes"})

        assert not EditedPlan.objects.exists()


class TestSave:
    def test_it_returns_the_draft(self, manager, edited):
        answer = manager.get(url(edited, "document")).json()

        assert answer["document"] == edited.document
        assert (answer["revision"], answer["faults"], answer["background"]) == (1, [], None)

    def test_it_saves_plain_and_compressed_documents(self, manager, edited):
        document = edited.document
        document["zones"][0]["name"] = "Parkett"
        assert save(manager, edited, document).json()["revision"] == 2

        document["zones"][0]["name"] = "Parterre"
        packer = zlib.compressobj(wbits=31)
        body = packer.compress(json.dumps(document).encode()) + packer.flush()
        answer = save(manager, edited, body, 2, content_type="application/gzip")

        assert answer.json()["revision"] == 3
        edited.refresh_from_db()
        assert edited.document["zones"][0]["name"] == "Parterre"

    def test_the_second_window_is_told_that_the_draft_has_changed(self, manager, edited):
        save(manager, edited, edited.document)
        answer = save(manager, edited, edited.document)

        assert answer.status_code == 409
        assert "another window" in answer.json()["error"]

    def test_faults_are_saved_and_named(self, manager, edited):
        edited.document["zones"][0]["rows"][0]["seats"][1]["position"]["x"] = 9000

        answer = save(manager, edited, edited.document).json()

        assert answer["revision"] == 2
        (fault,) = answer["faults"]
        assert fault["path"] == "zones[0].rows[0].seats[1].position"
        assert fault["text"].startswith("Section “Stalls”, row A, seat 2")

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'{"name": 1}', b"\xff", b'{"zones": [{"rows": 1}]}']
    )
    def test_what_is_no_plan_is_refused(self, manager, edited, body):
        answer = save(manager, edited, body)

        assert answer.status_code == 422
        assert answer.json()["faults"]
        edited.refresh_from_db()
        assert edited.revision == 1

    def test_null_characters_are_refused(self, manager, edited):
        edited.document["zones"][0]["name"] = "a\x00"

        assert save(manager, edited, edited.document).status_code == 422

    @pytest.mark.parametrize("is_packed", [True, False])
    def test_too_large_drafts_are_refused(self, manager, edited, is_packed):
        body, options = b" " * (MAX_BYTES + 1), {}
        if is_packed:
            packer = zlib.compressobj(wbits=31)
            body = packer.compress(body) + packer.flush()
            options = {"content_type": "application/gzip"}

        assert save(manager, edited, body, **options).status_code == 413

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
    def test_an_invalid_revision_is_an_old_one(self, manager, edited, revision):
        assert save(manager, edited, edited.document, revision).status_code == 409


class TestHelp:
    def test_it_generates_a_section_that_is_free_of_names(self, manager, edited):
        data = {"kind": "rows", "name": "Stalls", "rows": 2, "seats": 3, "x": 50, "y": 50}

        answer = manager.post(url(edited, "sections"), data | {"slugs": "stalls floor"}).json()

        assert answer["zone"]["zone_id"] == "stalls-2;outline"
        assert [len(row["seats"]) for row in answer["zone"]["rows"]] == [3, 3]
        assert manager.post(url(edited, "sections"), data | {"rows": "x"}).status_code == 422

    def test_it_works_out_a_row_and_a_seat(self, manager, edited, subtests):
        document = edited.document | {"zones": edited.document["zones"][:1]}

        def post(page, query="", sent=document):
            address = url(edited, page, query)
            return manager.post(address, json.dumps(sent), content_type="application/json")

        row = post("row").json()["row"]
        assert row["row_number"] == "B"
        assert [seat["position"]["y"] for seat in row["seats"]] == [80, 80, 80]
        row = post("seat", "?at=1&before").json()["row"]
        assert [seat["seat_number"] for seat in row["seats"]] == ["1", "2a", "2", "3"]
        floor = edited.document | {"zones": edited.document["zones"][1:]}
        for page, query, sent in (
            ("row", "", {}),
            ("row", "", floor),
            ("row", "", document | {"zones": []}),
            ("seat", "?at=9", document),
            ("seat", "", floor),
        ):
            with subtests.test(page=page, query=query):
                assert post(page, query, sent).status_code == 422
        for page in ("row", "seat"):
            assert manager.get(url(edited, page)).status_code == 405

    def test_it_numbers_seats(self, manager, edited):
        data = {"counts": "3", "numbered": "even-right"}

        answer = manager.post(url(edited, "labels"), data)

        assert answer.json()["seats"] == [["6", "4", "2"]]
        assert manager.post(url(edited, "labels"), {"counts": "x"}).status_code == 422

    def test_a_background_is_kept_with_the_draft_only(self, manager, edited):
        file = BytesIO()
        Image.new("RGB", (400, 300), "red").save(file, "PNG")
        data = {"picture": SimpleUploadedFile("hall.png", file.getvalue()), "x": "10"}

        answer = manager.post(url(edited, "background"), data).json()

        assert answer["background"] == {"x": 10, "y": 0, "width": 200, "opacity": 0.5}
        assert manager.get(url(edited, "background"))["Content-Type"] == "image/webp"
        manager.post(url(edited, "publish"), {"revision": 1})
        assert not EditedPlan.objects.exists()

    def test_a_background_can_be_moved_and_removed(self, manager, edited):
        EditedPlan.objects.filter(pk=edited.pk).update(background=b"webp")

        moved = manager.post(
            url(edited, "background"), {"width": "500", "opacity": "7", "x": "nan"}
        )
        assert moved.json()["background"] == {"x": 0, "y": 0, "width": 500, "opacity": 1}

        manager.post(url(edited, "background"), {"remove": "1"})
        assert manager.get(url(edited, "background")).status_code == 204

    def test_a_file_that_is_no_picture_is_refused(self, manager, edited):
        data = {"picture": SimpleUploadedFile("hall.svg", b"<svg/>")}

        assert manager.post(url(edited, "background"), data).status_code == 422


class TestTable:
    def test_sections_are_renamed_painted_and_deleted(self, manager, edited):
        data = {
            "revision": 1,
            "name-0": "Parkett",
            "category-0": "Standing",
            "name-1": "Floor",
            "capacity-1": "400",
            "category-1": "Stalls",
        }
        manager.post(url(edited, "table"), data)

        edited.refresh_from_db()
        first, floor = edited.document["zones"][:2]
        assert first["name"] == "Parkett"
        assert {seat["category"] for seat in first["rows"][0]["seats"]} == {"Standing"}
        assert floor["zone_id"] == "floor;capacity=400;category=Stalls"

        manager.post(url(edited, "table"), {"revision": 2, "delete-0": "on"})
        edited.refresh_from_db()
        assert [zone["name"] for zone in edited.document["zones"]] == ["Floor"]

    def test_rows_are_renamed_and_their_seats_marked(self, manager, edited):
        data = {"revision": 1, "name-0": "AA", "kind-0": "restricted"}
        manager.post(url(edited, "table", "?section=0"), data)

        edited.refresh_from_db()
        row = edited.document["zones"][0]["rows"][0]
        assert row["row_number"] == "AA"
        assert {seat["category"] for seat in row["seats"]} == {"Stalls (restricted view)"}
        manager.post(url(edited, "publish"), {"revision": 2})
        plan = SeatingPlan.objects.get(version=2)
        assert {seat.kind for seat in draft_of(plan).seats} == {"restricted"}

    def test_seats_are_renumbered_marked_added_and_deleted(self, manager, edited):
        data = {
            "revision": 1,
            "number-0": "101",
            "kind-1": "wheelchair",
            "kind-2": "companion",
            "add": "1",
        }
        manager.post(url(edited, "table", "?section=0&row=0"), data)

        edited.refresh_from_db()
        seats = edited.document["zones"][0]["rows"][0]["seats"]
        assert [seat["seat_number"] for seat in seats] == ["101", "2", "3", "102"]
        assert [seat["category"] for seat in seats[1:3]] == [
            "Stalls (wheelchair space)",
            "Stalls (companion)",
        ]
        assert len({seat["seat_guid"] for seat in seats}) == 4

        manager.post(url(edited, "table", "?section=0&row=0"), {"revision": 2, "delete-3": "on"})
        edited.refresh_from_db()
        assert len(edited.document["zones"][0]["rows"][0]["seats"]) == 3

    def test_rows_are_added_and_seats_inserted(self, manager, edited):
        manager.post(url(edited, "table", "?section=0"), {"revision": 1, "add": "1"})
        data = {"revision": 2, "number-0": "7", "insert": "2", "delete-0": "on"}
        manager.post(url(edited, "table", "?section=0&row=1"), data)

        edited.refresh_from_db()
        (first, second) = edited.document["zones"][0]["rows"]
        assert (first["row_number"], second["row_number"]) == ("A", "B")
        assert [seat["seat_number"] for seat in second["seats"]] == ["2", "3a", "3"]
        assert len(check_document(edited.document).plan.seats) == 6
        assert edited.document["size"]["height"] >= 120

    def test_price_categories_are_renamed_recoloured_added_and_deleted(self, manager, edited):
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
        manager.post(url(edited, "table"), data)

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

    def test_price_categories_with_seats_or_the_same_name_are_refused(
        self, manager, edited, subtests
    ):
        for entered, message in (
            ({"category-delete-0": "on"}, "Stalls still has seats."),
            ({"category-name-0": "Standing"}, "cannot have the same name"),
            ({"new-category": "Stalls"}, "cannot have the same name"),
        ):
            with subtests.test(message, entered=entered):
                data = {"categories": "1", "revision": 1} | entered
                response = manager.post(url(edited, "table"), data, follow=True)
                assert message in response.content.decode()
                edited.refresh_from_db()
                assert edited.revision == 1

    def test_stage_and_labels_are_added_renamed_moved_and_deleted(self, manager, edited):
        data = {"shapes": "stage", "revision": 1, "new-text": "Bar"}
        manager.post(url(edited, "table"), data)
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
        manager.post(url(edited, "table"), data)

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
        page = manager.get(url(edited, "table")).content.decode()
        assert 'value="Bühne"' in page

    def test_many_labels_are_shown_in_pages(self, manager, edited):
        for number in range(101):
            add_text(edited.document, f"Text {number}")
        edited.save()

        page = manager.get(url(edited, "table", "?shapes=2")).content.decode()
        assert "Text 100" in page
        assert "Text 99" not in page
        data = {"shapes": "1", "revision": 1, "shape-text-100": "Bar"}
        manager.post(url(edited, "table", "?shapes=2"), data)

        edited.refresh_from_db()
        texts = [area["text"]["text"] for _zone, area in shapes_of(edited.document)]
        assert texts[99:] == ["Text 99", "Bar"]

    def test_rows_are_numbered_by_a_rule(self, manager, edited):
        address = url(edited, "table", "?section=0")
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

    def test_seats_are_moved_by_numbers(self, manager, edited):
        data = {"revision": 1, "x-0": "20", "y-1": "70.5", "x-2": "nan"}
        manager.post(url(edited, "table", "?section=0&row=0"), data)

        edited.refresh_from_db()
        seats = check_document(edited.document).plan.seats
        assert [(seat.x, seat.y) for seat in seats] == [(20, 50), (40, 70.5), (60, 50)]

    def test_sections_are_moved_rotated_mirrored_copied_and_reordered(self, manager, edited):
        def place(action, section=0, row="", **values):
            query = f"?section={section}" + (f"&row={row}" if row else "")
            data = {"place": action, "revision": edited.revision} | values
            manager.post(url(edited, "table", query), data)
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
        manager.post(url(edited, "table"), {"revision": edited.revision, "up": "2"})
        edited.refresh_from_db()
        plan = check_document(edited.document).plan
        assert [section.name for section in plan.sections][:3] == ["Stalls", "Floor", "Stalls 2"]
        assert not check_document(edited.document).faults

    def test_seats_of_a_row_are_distributed_on_a_line(self, manager, edited):
        edited.document["zones"][0]["rows"][0]["seats"][1]["position"] = {"x": 55, "y": 99}
        edited.save()
        data = {"place": "distribute", "revision": 1}
        manager.post(url(edited, "table", "?section=0&row=0"), data)

        edited.refresh_from_db()
        seats = check_document(edited.document).plan.seats
        assert [(seat.x, seat.y) for seat in seats] == [(20, 50), (40, 50), (60, 50)]

    def test_ticked_seats_are_aligned_and_distributed(self, manager, edited):
        def arrange(query, action, *chosen, **values):
            edited.refresh_from_db()
            data = {"revision": edited.revision, "arrange": action, "chosen": chosen, **values}
            page = manager.post(url(edited, "table", query), data, follow=True).content.decode()
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
        manager.post(url(edited, "table"), {"revision": edited.revision, "undo": "1"})
        edited.refresh_from_db()
        assert check_document(edited.document).plan.seats[0].x == 20
        page = manager.get(url(edited, "table", "?section=0&arrange=align&numbers=nobody"))
        assert page.status_code == 200

    def test_the_last_save_is_undone_and_redone(self, manager, edited):
        before = edited.document
        address = url(edited, "table", "?section=0")
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

    def test_a_section_is_added(self, manager, edited):
        data = {"kind": "rows", "name": "Gallery", "rows": 2, "seats": 30, "x": 0, "y": 200}
        manager.post(url(edited, "table"), data | {"new": "1", "revision": 1, "spaces": 1})

        response = manager.post(url(edited, "publish"), {"revision": 2})

        assert response.status_code == 302
        plan = SeatingPlan.objects.get(version=2)
        assert plan.sections.get(name="Gallery").capacity == 60

    def test_impossible_sections_are_refused_at_their_field(self, manager, edited):
        data = {"kind": "rows", "name": "Gallery", "rows": "x", "seats": 30, "x": 0, "y": 200}
        response = manager.post(url(edited, "table"), data | {"new": "1", "revision": 1})

        assert response.status_code == 422
        assert "Enter a whole number." in response.content.decode()

    def test_an_old_table_changes_nothing(self, manager, edited):
        save(manager, edited, edited.document)

        response = manager.post(
            url(edited, "table"), {"revision": 1, "delete-0": "on"}, follow=True
        )

        assert "another window" in response.content.decode()
        edited.refresh_from_db()
        assert len(edited.document["zones"]) == 2

    def test_nonsense_is_harmless(self, manager, edited):
        before = edited.document
        data = {"revision": 1, "category-0": "Unknown", "kind-0": "throne", "capacity-1": "-5"}
        manager.post(url(edited, "table"), data)
        edited.refresh_from_db()

        assert edited.document == before
        for query in ("?section=9", "?section=x", "?section=0&row=7", "?section=-1"):
            assert manager.get(url(edited, "table", query)).status_code == 404

    def test_faults_are_shown(self, manager, edited):
        edited.document["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 9000
        edited.save()

        page = manager.get(url(edited, "table", "?section=0&row=0")).content.decode()

        assert "Section “Stalls”, row A, seat 1" in page


class TestPublish:
    def test_it_shows_what_changes_before_anything_is_published(self, manager, edited, plan):
        edited.document["zones"][0]["rows"][0]["seats"][0]["seat_number"] = "1a"
        edited.save()

        page = manager.get(url(edited, "publish")).content.decode()
        assert "Changes to Main hall (v1)" in page
        assert "1 seat renamed: Stalls A 1 → Stalls A 1a" in page
        assert "Publish version 2" in page
        assert SeatingPlan.objects.count() == 1

        response = manager.post(url(edited, "publish"), {"revision": 1})
        published = SeatingPlan.objects.get(version=2)
        assert response.url == reverse("admin:venues_seatingplan_change", args=[published.pk])

    def test_it_warns_if_another_version_came_in_between(self, manager, edited, plan):
        add_plan_version(venue=plan.venue, name="Main hall", draft=draft())

        assert "not copied from the newest" in manager.get(url(edited, "publish")).content.decode()

    def test_faults_prevent_it(self, manager, edited):
        edited.document["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 9000
        edited.save()

        response = manager.post(url(edited, "publish"), {"revision": 1})

        assert response.status_code == 422
        assert "cannot be published yet" in response.content.decode()
        assert EditedPlan.objects.exists()

    @pytest.mark.parametrize("revision", ["", "7", "x", "9" * 40])
    def test_an_old_page_publishes_nothing(self, manager, edited, revision):
        response = manager.post(url(edited, "publish"), {"revision": revision})

        assert response.status_code == 422
        assert SeatingPlan.objects.count() == 1


def test_drafts_are_hidden_from_customers(client, edited):
    client.force_login(get_user_model().objects.create_user("alice@example.org", "sesame"))

    assert client.get(url(edited, "change")).status_code in (302, 403)
