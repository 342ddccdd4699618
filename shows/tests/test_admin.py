"""Shows, artists, genres and reviews in the admin."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.roles import Role, appoint
from shows.models import Review, Show
from shows.search import search_shows
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_review,
    make_show,
    make_tag,
    make_user,
    make_venue,
)
from shows.tests.pages import address, poster, queries_of

pytestmark = pytest.mark.django_db

MODELS = ["show", "performance", "artist", "tag", "review"]


@pytest.mark.parametrize("model", MODELS)
class TestLists:
    @pytest.fixture(autouse=True)
    def programme(self):
        show = make_show(title="Blue Hour", artists=["Ida Blank"], tags=["Blues"])
        make_review(performance=make_performance(show=show), text="Blue as the hour.")

    def test_it_lists_and_searches(self, manager, model):
        assert manager.get(address(model)).status_code == 200
        found = {"artist": "Ida", "tag": "Blues"}.get(model, "Blue")
        page = manager.get(address(model), {"q": found}).content.decode()
        assert 'name="_selected_action"' in page
        page = manager.get(address(model), {"q": "nothing at all"}).content.decode()
        assert 'name="_selected_action"' not in page

    def test_the_number_of_queries_does_not_grow_with_the_rows(self, manager, model):
        manager.get(address(model))  # The first visit of the hour is recorded.
        few = queries_of(manager, address(model))
        for _ in range(8):
            show = make_show(artists=["X", "Y"], tags=["Z"])
            make_review(performance=make_performance(show=show))
        assert queries_of(manager, address(model)) == few

    def test_anonymous_visitors_and_customers_are_refused(self, client, model):
        for _ in range(2):
            assert client.get(address(model)).status_code in (302, 403)
            client.force_login(make_user())

    @pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
    def test_other_roles_cannot_add(self, client, model, role):
        user = make_user()
        appoint(user=user, role=role)
        client.force_login(user)
        assert client.get(address(model, "add")).status_code == 403


class TestShow:
    def fields(self, **changes):
        return {
            "title": "Blue Hour",
            "slug": "blue-hour",
            "description": "Softly.",
            "is_published": "on",
            "duration": "90",
            "age_rating": "",
            "performances-TOTAL_FORMS": "0",
            "pictures-TOTAL_FORMS": "0",
            "pictures-INITIAL_FORMS": "0",
            "section_views-TOTAL_FORMS": "0",
            "section_views-INITIAL_FORMS": "0",
            "media_links-TOTAL_FORMS": "0",
            "media_links-INITIAL_FORMS": "0",
            "performances-INITIAL_FORMS": "0",
        } | changes

    def test_an_added_show_is_found_by_search(self, manager):
        tag = make_tag(name="Jazz")
        response = manager.post(address("show", "add"), self.fields(tags=[tag.pk]))
        assert response.status_code == 302, response.context["errors"]
        show = Show.objects.get()
        assert list(search_shows("blue jazz")) == [show]

    def test_it_replaces_the_poster_and_its_accent(self, manager):
        manager.post(address("show", "add"), self.fields(new_poster=poster()))
        show = Show.objects.get()
        assert Image.open(show.poster).size == (900, 1260)
        assert Image.open(show.poster_small).size == (450, 630)
        assert Image.open(show.poster).format == "WEBP"
        assert show.accent != 0
        page = manager.get(address("show", "change", show.pk)).content.decode()
        assert show.poster_small.url in page

    @pytest.mark.parametrize(
        "content", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"x" * 99]
    )
    def test_it_rejects_invalid_pictures(self, manager, content):
        file = SimpleUploadedFile("poster.png", content, content_type="image/png")
        response = manager.post(address("show", "add"), self.fields(new_poster=file))
        assert response.status_code == 200
        assert "new_poster" in response.context["adminform"].form.errors
        assert not Show.objects.exists()

    @pytest.mark.parametrize(
        ("size", "words"), [((5, 20_000), "too narrow"), ((20_000, 9_000), "too large")]
    )
    def test_a_rejected_poster_gets_a_message(self, manager, size, words):
        content = BytesIO()
        Image.new("1", size).save(content, "PNG")
        file = SimpleUploadedFile("poster.png", content.getvalue())
        response = manager.post(address("show", "add"), self.fields(new_poster=file))
        assert response.status_code == 200
        assert words in str(response.context["adminform"].form.errors["new_poster"])

    def test_saving_without_a_new_poster_keeps_the_old_one(self, manager):
        manager.post(address("show", "add"), self.fields(new_poster=poster()))
        show = Show.objects.get()
        manager.post(address("show", "change", show.pk), self.fields(title="Bluer Hour"))
        kept = Show.objects.get()
        assert (kept.title, kept.poster.name) == ("Bluer Hour", show.poster.name)
        assert list(search_shows("bluer")) == [kept]

    def test_its_performances_are_listed_in_venue_local_time(self, manager):
        plan = make_plan(venue=make_venue(time_zone="Asia/Tokyo"))
        performance = make_performance(plan=plan, starts_at=datetime(2030, 5, 1, 10, tzinfo=UTC))
        page = manager.get(address("show", "change", performance.show_id)).content.decode()
        assert "1 May 2030, 19:00" in page
        assert address("performance", "change", performance.pk) in page

    def test_a_renamed_artist_is_found_by_search(self, manager):
        show = make_show(artists=["Ida Blank"])
        artist = show.artists.get()
        manager.post(address("artist", "change", artist.pk), {"name": "Ida Noir", "slug": "ida"})
        assert list(search_shows("noir")) == [show]
        assert list(search_shows("blank")) == []

    def test_a_deleted_tag_is_removed_from_the_index(self, manager):
        show = make_show(tags=["Jazz"])
        tag = show.tags.get()
        manager.post(address("tag", "change", tag.pk), {"name": "Jazz", "slug": "jazz"})
        assert list(search_shows("jazz")) == [show]
        manager.post(address("tag", "delete", tag.pk), {"post": "yes"})
        assert list(search_shows("jazz")) == []


class TestReview:
    @pytest.mark.parametrize(
        ("action", "status", "count"),
        [("publish", Review.Status.PUBLISHED, 2), ("refuse", Review.Status.REFUSED, 0)],
    )
    def test_staff_decide_and_averages_are_updated(self, client, action, status, count):
        user = make_user()
        appoint(user=user, role=Role.BOX_OFFICE)
        client.force_login(user)
        performance = make_performance()
        reviews = [make_review(performance=performance, stars=stars) for stars in (5, 4)]
        chosen = {"action": action, "_selected_action": [review.pk for review in reviews]}

        response = client.post(address("review"), chosen, follow=True)

        assert "2 reviews " in response.content.decode()
        assert set(Review.objects.values_list("status", flat=True)) == {status}
        performance.show.refresh_from_db()
        assert performance.show.rating_count == count

    def test_door_staff_cannot_decide(self, client):
        user = make_user()
        appoint(user=user, role=Role.FINANCE)
        client.force_login(user)
        review = make_review()
        client.post(address("review"), {"action": "publish", "_selected_action": [review.pk]})
        review.refresh_from_db()
        assert review.status == Review.Status.WAITING

    def test_reviews_cannot_be_added_or_edited(self, manager):
        review = make_review(text="As it was.")
        manager.post(address("review", "change", review.pk), {"text": "Changed", "stars": 1})
        review.refresh_from_db()
        assert (review.text, review.stars) == ("As it was.", 5)
        assert manager.get(address("review", "add")).status_code == 403
        page = manager.get(address("review", "change", review.pk)).content.decode()
        assert "As it was." in page
        assert "Pending" in page
        assert "Status.WAITING" not in page


def test_a_scheduled_task_updates_the_index():
    from shows.tasks import index_shows

    show = make_performance().show
    index_shows()
    assert list(search_shows("gasworks")) == [show]


@pytest.mark.parametrize("junk", ["x" * 300, "a b", "-1", "9" * 40, "💥"])
def test_an_unknown_choice_gets_a_message(client, junk):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    show = {"title": "Nachtmusik", "slug": "nachtmusik", "artists": [junk], "tags": [junk]}
    for name in ("performances", "pictures", "media_links"):
        show |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    response = client.post(reverse("admin:shows_show_add"), show)
    assert response.status_code == 200
    assert {"artists", "tags"} == set(response.context["adminform"].form.errors)
    night = {"show": junk, "venue": junk, "plan": junk}
    response = client.post(reverse("admin:shows_performance_add"), night)
    assert response.status_code == 200
    assert {"show", "venue", "plan"} <= set(response.context["adminform"].form.errors)
