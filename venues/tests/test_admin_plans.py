import json

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from venues.models import SeatingPlan
from venues.plan_format import read_plan, write_plan
from venues.plans import add_plan_version
from venues.tests.factories import draft, make_venue, seat, standing_section

pytestmark = pytest.mark.django_db

LIST = "admin:venues_seatingplan_changelist"
IMPORT = "admin:venues_seatingplan_import_plan"
GENERATE = "admin:venues_seatingplan_generate_plan"
DOWNLOAD = "admin:venues_seatingplan_download"
CHANGE = "admin:venues_seatingplan_change"
DELETE = "admin:venues_seatingplan_delete"


@pytest.fixture
def venue():
    return make_venue(slug="gasworks")


@pytest.fixture
def plan(venue):
    wanted = draft(sections=[*draft().sections, standing_section()])
    return add_plan_version(venue=venue, name="Hall", draft=wanted)


@pytest.fixture
def staff(client):
    """Return a client that may only view."""
    from django.contrib.auth.models import Permission

    user = get_user_model().objects.create_user("door@example.org", "sesame", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_seatingplan"))
    client.force_login(user)
    return client


def use_plan(plan):
    """Create a performance with this plan. Its model is in a higher app: load it by name."""
    show = apps.get_model("shows", "Show").objects.create(title="Nachtmusik", slug="nachtmusik")
    apps.get_model("shows", "Performance").objects.create(
        show=show,
        venue=plan.venue,
        plan=plan,
        starts_at=timezone.now(),
        on_sale_from=timezone.now(),
    )


def upload(content, name="plan.json"):
    return SimpleUploadedFile(name, content, content_type="application/json")


def posted_fields(page):
    """Return the fields that the preview posts to save the plan."""
    initial = page.context["keep_form"].initial
    return initial | {"venue": initial["venue"].pk}


def sections(*rows, **extra):
    """Return the fields of a formset; each row has the fields that are filled in."""
    data = {"sections-TOTAL_FORMS": str(max(len(rows), 4)), "sections-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"sections-{number}-{name}": str(value) for name, value in row.items()}
    for number in range(max(len(rows), 4)):
        data.setdefault(f"sections-{number}-numbered", "left")
    return data | extra


class TestList:
    def test_it_lists_plans_with_their_capacity(self, admin_client, plan):
        page = admin_client.get(reverse(LIST)).content.decode()

        assert "Old Gasworks" in page
        assert "353" in page
        assert reverse(IMPORT) in page
        assert reverse(GENERATE) in page

    def test_the_number_of_queries_does_not_grow_with_the_plans(
        self, admin_client, venue, plan, django_assert_max_num_queries
    ):
        for width in range(300, 308):
            add_plan_version(venue=venue, name="Hall", draft=draft(width=width))

        with django_assert_max_num_queries(9):
            admin_client.get(reverse(LIST))

    def test_it_finds_by_venue(self, admin_client, plan):
        found = admin_client.get(reverse(LIST), {"q": "gasworks"}).content.decode()
        none = admin_client.get(reverse(LIST), {"q": "opera"}).content.decode()

        assert "353" in found
        assert "353" not in none


class TestOne:
    def test_it_shows_the_plan_read_only(self, admin_client, plan):
        response = admin_client.get(reverse(CHANGE, args=[plan.pk]))

        page = response.content.decode()
        assert "<svg" in page
        assert "Stalls: 3" in page
        assert 'name="_save"' not in page
        assert reverse(DOWNLOAD, args=[plan.pk]) in page

    def test_it_cannot_be_changed(self, admin_client, plan):
        change = admin_client.post(reverse(CHANGE, args=[plan.pk]), {"name": "Other"})

        assert change.status_code == 403
        assert SeatingPlan.objects.get().name == "Hall"

    def test_it_is_deleted_while_no_performance_uses_it(self, admin_client, plan):
        url = reverse(DELETE, args=[plan.pk])

        page = admin_client.get(url).content.decode()
        admin_client.post(url, {"confirmed": "yes"})

        assert f"Delete Hall (v1) · {plan.venue.name}?" in page
        assert not SeatingPlan.objects.exists()

    def test_it_is_deleted_from_the_list_too(self, admin_client, plan):
        chosen = {"action": "delete_or_archive", "_selected_action": [plan.pk], "confirmed": "yes"}

        admin_client.post(reverse(LIST), chosen)

        assert not SeatingPlan.objects.exists()

    def test_it_is_archived_once_a_performance_uses_it(self, admin_client, plan):
        use_plan(plan)
        url = reverse(DELETE, args=[plan.pk])

        page = admin_client.get(url).content.decode()
        admin_client.post(url, {"confirmed": "yes"})

        assert f"Archive Hall (v1) · {plan.venue.name}?" in page
        assert "1 performance" in page
        assert SeatingPlan.objects.get().is_archived

    def test_deleting_needs_the_permission(self, staff, plan):
        assert staff.post(reverse(DELETE, args=[plan.pk]), {"confirmed": "yes"}).status_code == 403
        assert SeatingPlan.objects.exists()

    def test_the_number_of_queries_to_delete_does_not_grow(
        self, admin_client, venue, plan, django_assert_max_num_queries
    ):
        seats = [seat("A", str(number), number / 10, 50) for number in range(900)]
        large = add_plan_version(venue=venue, name="Large", draft=draft(seats=seats))

        with django_assert_max_num_queries(9):
            admin_client.get(reverse(DELETE, args=[large.pk]))

    def test_the_download_can_be_imported(self, staff, plan):
        response = staff.get(reverse(DOWNLOAD, args=[plan.pk]))

        assert response["Content-Disposition"] == 'attachment; filename="gasworks-hall-v1.json"'
        assert read_plan(response.content).draft.capacity == 353

    def test_it_is_hidden_from_customers(self, client, plan):
        client.force_login(get_user_model().objects.create_user("alice@example.org", "sesame"))

        for url in (reverse(DOWNLOAD, args=[plan.pk]), reverse(CHANGE, args=[plan.pk])):
            assert client.get(url).status_code in (302, 403, 404)

    def test_it_is_hidden_from_staff_without_permission(self, client, plan):
        user = get_user_model().objects.create_user("finance@example.org", "sesame", is_staff=True)
        client.force_login(user)

        assert client.get(reverse(DOWNLOAD, args=[plan.pk])).status_code == 403
        assert client.get(reverse(LIST)).status_code == 403

    def test_an_unknown_plan_is_not_found(self, admin_client):
        assert admin_client.get(reverse(DOWNLOAD, args=[9])).status_code == 404
        assert admin_client.get(reverse(DOWNLOAD, args=["nonsense"])).status_code == 404


class TestImport:
    def test_it_previews_a_file_before_saving_it(self, admin_client, venue):
        data = {"venue": venue.pk, "file": upload(write_plan(draft()))}

        page = admin_client.post(reverse(IMPORT), data)

        assert page.status_code == 200
        assert "<svg" in page.content.decode()
        assert not SeatingPlan.objects.exists()

        kept = admin_client.post(reverse(IMPORT), posted_fields(page))
        plan = SeatingPlan.objects.get()
        assert kept.url == reverse(CHANGE, args=[plan.pk])
        assert (plan.venue, plan.name, plan.version) == (venue, "Hall", 1)

    def test_it_can_rename_the_plan(self, admin_client, venue):
        data = {"venue": venue.pk, "name": "Balls", "file": upload(write_plan(draft()))}
        page = admin_client.post(reverse(IMPORT), data)

        admin_client.post(reverse(IMPORT), posted_fields(page))

        assert venue.plans.get().name == "Balls"

    def test_it_says_when_nothing_has_changed(self, admin_client, plan):
        exported = admin_client.get(reverse(DOWNLOAD, args=[plan.pk])).content
        page = admin_client.post(
            reverse(IMPORT), {"venue": plan.venue.pk, "file": upload(exported)}
        )

        kept = admin_client.post(reverse(IMPORT), posted_fields(page), follow=True)

        assert "identical to Hall (v1)" in kept.content.decode()
        assert SeatingPlan.objects.count() == 1

    def test_it_shows_each_fault_with_its_path_at_the_file(self, admin_client, venue):
        document = json.loads(write_plan(draft()))
        document["zones"][0]["rows"][0]["seats"][1]["category"] = "Stallz"

        page = admin_client.post(
            reverse(IMPORT), {"venue": venue.pk, "file": upload(json.dumps(document).encode())}
        )

        assert page.context["form"].errors["file"] == [
            "Section “Stalls”, row A, seat 2, category: there is no category “Stallz”"
        ]
        assert "id_file_error" in page.content.decode()
        assert "<svg viewBox" not in page.content.decode()

    def test_it_lists_what_will_be_ignored(self, admin_client, venue):
        document = json.loads(write_plan(draft())) | {"status": "draft"}

        page = admin_client.post(
            reverse(IMPORT), {"venue": venue.pk, "file": upload(json.dumps(document).encode())}
        )

        assert "status is not part of the format" in page.content.decode()

    def test_it_escapes_text_of_the_file(self, admin_client, venue):
        document = json.loads(write_plan(draft())) | {"<script>alert(1)</script>": 1}

        page = admin_client.post(
            reverse(IMPORT), {"venue": venue.pk, "file": upload(json.dumps(document).encode())}
        )

        assert "<script>alert(1)" not in page.content.decode()

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{"])
    def test_it_rejects_invalid_files(self, admin_client, venue, content):
        page = admin_client.post(reverse(IMPORT), {"venue": venue.pk, "file": upload(content)})

        assert page.status_code == 422
        assert page.context["form"].errors["file"]

    def test_an_expired_upload_must_be_uploaded_again(self, admin_client, venue):
        page = admin_client.post(
            reverse(IMPORT), {"venue": venue.pk, "file": upload(write_plan(draft()))}
        )
        cache.clear()

        again = admin_client.post(reverse(IMPORT), posted_fields(page))

        assert again.status_code == 422
        assert "select the file again" in again.content.decode()
        assert not SeatingPlan.objects.exists()

    def test_it_does_not_save_the_upload_of_another_user(self, admin_client, client, venue):
        page = admin_client.post(
            reverse(IMPORT), {"venue": venue.pk, "file": upload(write_plan(draft()))}
        )
        client.force_login(get_user_model().objects.create_superuser("other@example.org", "sesame"))

        client.post(reverse(IMPORT), posted_fields(page))

        assert not SeatingPlan.objects.exists()

    def test_it_needs_the_permission_to_add(self, staff, venue):
        assert staff.get(reverse(IMPORT)).status_code == 403
        assert staff.post(reverse(IMPORT), {}).status_code == 403
        assert reverse(IMPORT) not in staff.get(reverse(LIST)).content.decode()

    def test_anonymous_visitors_are_sent_to_log_in(self, client):
        assert client.get(reverse(IMPORT)).status_code == 302


class TestGenerate:
    STALLS = {"name": "Stalls", "rows": 4, "seats": 10, "aisles": 1, "bent": "on", "spaces": 2}
    FLOOR = {"name": "Floor", "standing": 350, "category": "Standing"}

    def test_it_previews_before_saving(self, admin_client, venue):
        data = sections(self.FLOOR, self.STALLS, venue=venue.pk, name="Club")

        page = admin_client.post(reverse(GENERATE), data | {"preview": "1"})
        assert "<svg" in page.content.decode()
        assert "Stalls: 40" in page.content.decode()
        assert not SeatingPlan.objects.exists()

        kept = admin_client.post(reverse(GENERATE), data | {"keep": "1"})
        plan = SeatingPlan.objects.get()
        assert kept.url == reverse(CHANGE, args=[plan.pk])
        floor, stalls = plan.sections.order_by("ordinal")
        assert (floor.capacity, floor.category) == (350, "Standing")
        assert stalls.seats.filter(kind="wheelchair").count() == 2

    def test_it_reports_impossible_values(self, admin_client, venue):
        bad = {"name": "Stalls", "rows": 4, "seats": 900}

        page = admin_client.post(
            reverse(GENERATE), sections(bad, venue=venue.pk, name="Club", keep="1")
        )

        assert "Stalls: the seats in a row must be from 1 to 200" in page.content.decode()
        assert not SeatingPlan.objects.exists()

    def test_it_reports_values_that_are_not_numbers(self, admin_client, venue):
        bad = {"name": "Stalls", "rows": "many", "seats": 10}

        page = admin_client.post(
            reverse(GENERATE), sections(bad, venue=venue.pk, name="Club", keep="1")
        )

        assert page.status_code == 422
        assert "Enter a whole number." in page.content.decode()
        assert not SeatingPlan.objects.exists()

    def test_it_needs_a_section(self, admin_client, venue):
        page = admin_client.post(reverse(GENERATE), sections(venue=venue.pk, name="Club", keep="1"))

        assert page.status_code == 422
        assert "from 1 to 40 sections" in page.content.decode()

    def test_sections_can_be_added_without_losing_values(self, admin_client, venue):
        data = sections(self.STALLS, venue=venue.pk, name="Club", more="1")

        page = admin_client.post(reverse(GENERATE), data)

        assert len(page.context["sections"].forms) == 8
        assert 'value="Stalls"' in page.content.decode()
        assert not SeatingPlan.objects.exists()

    @pytest.mark.parametrize("total", ["", "many", "100000"])
    def test_a_manipulated_form_is_harmless(self, admin_client, venue, total):
        data = sections(self.STALLS, venue=venue.pk, name="Club", more="1")
        data["sections-TOTAL_FORMS"] = total

        response = admin_client.post(reverse(GENERATE), data)

        assert response.status_code == 200
        assert len(response.context["sections"].forms) <= 40

    def test_it_needs_the_permission_to_add(self, staff, venue):
        assert staff.get(reverse(GENERATE)).status_code == 403
        data = sections(self.STALLS, venue=venue.pk, name="Club", keep="1")
        assert staff.post(reverse(GENERATE), data).status_code == 403
