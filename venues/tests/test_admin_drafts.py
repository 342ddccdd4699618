"""Drafts of seating plans in the admin: started, saved and published."""

import json
import zlib
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from venues.edited_plans import start_draft
from venues.models import EditedPlan, SeatingPlan
from venues.plan_format import MAX_BYTES
from venues.plans import add_plan_version
from venues.tests.factories import draft, draft_url, make_staff, make_venue

pytestmark = pytest.mark.django_db

LIST = "admin:venues_editedplan_changelist"
ADD = "admin:venues_editedplan_add"


def save(client, edited, document, revision=1, **options):
    options = {"content_type": "application/json"} | options
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(draft_url(edited, "document", f"?revision={revision}"), body, **options)


class TestStart:
    def test_a_manager_starts_a_copy_from_the_plan(self, manager, plan):
        page = manager.get(reverse("admin:venues_seatingplan_edit_copy", args=[plan.pk]))
        response = manager.post(page.url, {"plan": plan.pk})

        edited = EditedPlan.objects.get()
        assert response.url == draft_url(edited, "change")
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
            assert client.get(draft_url(edited, page)).status_code == 403, page
        assert save(client, edited, edited.document).status_code == 403

    def test_the_list_has_a_fixed_number_of_queries(
        self, manager, plan, django_assert_max_num_queries
    ):
        for _number in range(20):
            start_draft(venue=plan.venue, name="Main hall", plan=plan)

        with django_assert_max_num_queries(12):
            assert manager.get(reverse(LIST)).status_code == 200

    def test_a_draft_can_be_discarded(self, manager, edited):
        manager.post(draft_url(edited, "delete"), {"post": "yes"})

        assert not EditedPlan.objects.exists()


class TestSave:
    def test_it_returns_the_draft(self, manager, edited):
        answer = manager.get(draft_url(edited, "document")).json()

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

        answer = manager.post(
            draft_url(edited, "sections"), data | {"slugs": "stalls floor"}
        ).json()

        assert answer["zone"]["zone_id"] == "stalls-2;outline"
        assert [len(row["seats"]) for row in answer["zone"]["rows"]] == [3, 3]
        assert manager.post(draft_url(edited, "sections"), data | {"rows": "x"}).status_code == 422

    def test_it_works_out_a_row_and_a_seat(self, manager, edited, subtests):
        document = edited.document | {"zones": edited.document["zones"][:1]}

        def post(page, query="", sent=document):
            address = draft_url(edited, page, query)
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
            assert manager.get(draft_url(edited, page)).status_code == 405

    def test_it_numbers_seats(self, manager, edited):
        data = {"counts": "3", "numbered": "even-right"}

        answer = manager.post(draft_url(edited, "labels"), data)

        assert answer.json()["seats"] == [["6", "4", "2"]]
        assert manager.post(draft_url(edited, "labels"), {"counts": "x"}).status_code == 422

    def test_a_background_is_kept_with_the_draft_only(self, manager, edited):
        file = BytesIO()
        Image.new("RGB", (400, 300), "red").save(file, "PNG")
        data = {"picture": SimpleUploadedFile("hall.png", file.getvalue()), "x": "10"}

        answer = manager.post(draft_url(edited, "background"), data).json()

        assert answer["background"] == {"x": 10, "y": 0, "width": 200, "opacity": 0.5}
        assert manager.get(draft_url(edited, "background"))["Content-Type"] == "image/webp"
        manager.post(draft_url(edited, "publish"), {"revision": 1})
        assert not EditedPlan.objects.exists()

    def test_a_background_can_be_moved_and_removed(self, manager, edited):
        EditedPlan.objects.filter(pk=edited.pk).update(background=b"webp")

        moved = manager.post(
            draft_url(edited, "background"), {"width": "500", "opacity": "7", "x": "nan"}
        )
        assert moved.json()["background"] == {"x": 0, "y": 0, "width": 500, "opacity": 1}

        manager.post(draft_url(edited, "background"), {"remove": "1"})
        assert manager.get(draft_url(edited, "background")).status_code == 204

    def test_a_file_that_is_no_picture_is_refused(self, manager, edited):
        data = {"picture": SimpleUploadedFile("hall.svg", b"<svg/>")}

        assert manager.post(draft_url(edited, "background"), data).status_code == 422


class TestPublish:
    def test_it_shows_what_changes_before_anything_is_published(self, manager, edited, plan):
        edited.document["zones"][0]["rows"][0]["seats"][0]["seat_number"] = "1a"
        edited.save()

        page = manager.get(draft_url(edited, "publish")).content.decode()
        assert "Changes to Main hall (v1)" in page
        assert "1 seat renamed: Stalls A 1 → Stalls A 1a" in page
        assert "Publish version 2" in page
        assert SeatingPlan.objects.count() == 1

        response = manager.post(draft_url(edited, "publish"), {"revision": 1})
        published = SeatingPlan.objects.get(version=2)
        assert response.url == reverse("admin:venues_seatingplan_change", args=[published.pk])

    def test_it_warns_if_another_version_came_in_between(self, manager, edited, plan):
        add_plan_version(venue=plan.venue, name="Main hall", draft=draft())

        assert (
            "not copied from the newest"
            in manager.get(draft_url(edited, "publish")).content.decode()
        )

    def test_faults_prevent_it(self, manager, edited):
        edited.document["zones"][0]["rows"][0]["seats"][0]["position"]["x"] = 9000
        edited.save()

        response = manager.post(draft_url(edited, "publish"), {"revision": 1})

        assert response.status_code == 422
        assert "cannot be published yet" in response.content.decode()
        assert EditedPlan.objects.exists()

    @pytest.mark.parametrize("revision", ["", "7", "x", "9" * 40])
    def test_an_old_page_publishes_nothing(self, manager, edited, revision):
        response = manager.post(draft_url(edited, "publish"), {"revision": revision})

        assert response.status_code == 422
        assert SeatingPlan.objects.count() == 1


def test_drafts_are_hidden_from_customers(client, edited):
    client.force_login(get_user_model().objects.create_user("alice@example.org", "sesame"))

    assert client.get(draft_url(edited, "change")).status_code in (302, 403)
