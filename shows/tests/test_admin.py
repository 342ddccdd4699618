from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.roles import Role, appoint
from shows.models import Concession, Performance, PriceCategory, Review, Show
from shows.search import search_shows
from shows.terms import terms_of
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_review,
    make_show,
    make_tag,
    make_user,
    make_venue,
    seated,
)
from shows.tests.pages import queries_of

pytestmark = pytest.mark.django_db

MODELS = ["show", "performance", "artist", "tag", "review"]


@pytest.fixture
def manager(client):
    user = make_user(approved_at=datetime.now(UTC))
    appoint(user=user, role=Role.MANAGER)
    client.force_login(user)
    return client


def address(model, page="changelist", *arguments):
    return reverse(f"admin:shows_{model}_{page}", args=arguments)


def poster(image_format="PNG"):
    content = BytesIO()
    Image.new("RGB", (1000, 1400), "#1133cc").save(content, image_format)
    return SimpleUploadedFile("poster.png", content.getvalue())


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


class TestPerformance:
    @pytest.fixture
    def tokyo(self):
        two = [seated(name="Stalls", category="Front"), seated(name="Circle", category="Back")]
        return make_plan(venue=make_venue(time_zone="Asia/Tokyo"), sections=two)

    def fields(self, plan, *, prices=(("Front", "60", "5"), ("Back", "30", "0")), **changes):
        fields = {
            "show": make_show(title="Blue Hour").pk,
            "venue": plan.venue_id,
            "plan": plan.pk,
            "starts_at_0": "2030-05-01",
            "starts_at_1": "19:30",
            "doors_at_0": "2030-05-01",
            "doors_at_1": "18:30",
            "on_sale_from_0": "2030-01-01",
            "on_sale_from_1": "10:00",
            "on_sale_until_0": "",
            "on_sale_until_1": "",
            "currency": "jpy",
            "customer_limit": "6",
            "cancel_until_hours": "24",
            "price_categories-TOTAL_FORMS": str(len(prices)),
            "price_categories-INITIAL_FORMS": "0",
            "channel_fees-TOTAL_FORMS": "0",
            "channel_fees-INITIAL_FORMS": "0",
            "concessions-TOTAL_FORMS": "1",
            "concessions-INITIAL_FORMS": "0",
            "concessions-0-name": "Child",
            "concessions-0-percent_off": "50",
            "concessions-0-ordinal": "0",
        }
        for number, (name, price, fee) in enumerate(prices):
            fields |= {
                f"price_categories-{number}-name": name,
                f"price_categories-{number}-price": price,
                f"price_categories-{number}-fee": fee,
                f"price_categories-{number}-ordinal": str(number),
            }
        return fields | changes

    def errors(self, response):
        assert response.status_code == 200
        assert not Performance.objects.exists()
        return str(response.context["errors"])

    def test_it_adds_a_draft_with_its_prices_in_the_local_time_of_the_venue(self, manager, tokyo):
        response = manager.post(address("performance", "add"), self.fields(tokyo))
        assert response.status_code == 302, response.context["errors"]
        performance = Performance.objects.get()
        assert performance.status == Performance.Status.DRAFT
        assert performance.starts_at == datetime(2030, 5, 1, 10, 30, tzinfo=UTC)
        assert performance.doors_at == datetime(2030, 5, 1, 9, 30, tzinfo=UTC)
        assert performance.currency == "JPY"
        prices = performance.price_categories.values_list("name", "price", "fee")
        assert list(prices) == [
            ("Front", Decimal(60), Decimal(5)),
            ("Back", Decimal(30), Decimal(0)),
        ]
        assert performance.concessions.get().percent_off == 50
        assert [show.title for show in search_shows("gasworks")] == ["Blue Hour"]

    def test_it_shows_times_in_the_local_time_of_the_venue(self, manager, tokyo):
        starts_at = datetime(2030, 5, 1, 10, tzinfo=UTC)
        performance = make_performance(plan=tokyo, starts_at=starts_at, opened=False)
        page = manager.get(address("performance", "change", performance.pk)).content.decode()
        assert 'value="19:00:00"' in page
        assert "1 May 2030, 19:00" in manager.get(address("performance")).content.decode()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"doors_at_1": "20:30"}, "Doors must open before the performance starts."),
            (
                {"on_sale_from_0": "2031-01-01"},
                "The sale must begin before the performance starts.",
            ),
            (
                {"on_sale_until_0": "2029-01-01", "on_sale_until_1": "10:00"},
                "The sale must end after it begins.",
            ),
            ({"currency": "€€€"}, "€€€ is not a currency code. Enter three letters, such as EUR."),
            ({"customer_limit": "0"}, "greater than or equal to 1"),
            ({"concessions-0-percent_off": "101"}, "less than or equal to 100"),
            ({"price_categories-0-name": "Balcony"}, "Choose from: Front, Back."),
            ({"price_categories-0-fee": "61"}, "The booking fee cannot be more than the price."),
            ({"price_categories-0-price": "-1"}, "The booking fee cannot be more than the price."),
            ({"price_categories-0-price": "60.50"}, "Amounts in JPY have no decimals."),
            ({"price_categories-0-fee": "0.50"}, "Amounts in JPY have no decimals."),
            ({"currency": "kwd"}, "KWD has three decimals"),
            ({"currency": "xyz"}, "XYZ is not a currency code."),
        ],
    )
    def test_it_rejects_invalid_values(self, manager, tokyo, changes, message):
        response = manager.post(address("performance", "add"), self.fields(tokyo, **changes))
        assert message in self.errors(response)

    @pytest.mark.parametrize(
        ("hour", "at"), [("02:30+02:00", 0), ("02:30+01:00", 1), ("02:30", None)]
    )
    def test_both_occurrences_of_an_ambiguous_hour_can_be_entered(self, manager, hour, at):
        plan = make_plan(venue=make_venue(time_zone="Europe/Berlin"))
        times = {"starts_at_0": "2027-10-31", "starts_at_1": hour, "doors_at_0": ""}
        times |= {"doors_at_1": "", "on_sale_from_0": "2026-01-01", "currency": "EUR"}
        fields = self.fields(plan, prices=(("Regular", "45", "5"),), **times)
        response = manager.post(address("performance", "add"), fields)
        if at is None:
            assert "occurs twice on this date" in self.errors(response)
            return
        assert response.status_code == 302, response.context["errors"]
        performance = Performance.objects.get()
        assert performance.starts_at == datetime(2027, 10, 31, at, 30, tzinfo=UTC)
        page = manager.get(address("performance", "change", performance.pk)).content.decode()
        assert f'value="{hour}"' in page

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    @pytest.mark.parametrize("name", ["starts_at_0", "doors_at_0", "on_sale_from_0"])
    def test_impossible_years_are_rejected(self, manager, tokyo, name, day):
        fields = self.fields(tokyo, **{name: day})
        response = manager.post(address("performance", "add"), fields)
        assert "Enter a year" in self.errors(response)

    def test_it_rejects_a_plan_of_another_venue(self, manager, tokyo):
        other = make_plan(venue=make_venue(name="Elsewhere"))
        fields = self.fields(tokyo, prices=()) | {"plan": other.pk}
        response = manager.post(address("performance", "add"), fields)
        assert "This seating plan belongs to Elsewhere, Berlin." in self.errors(response)

    def test_it_shows_the_state_of_the_sale(self, manager, tokyo):
        performance = make_performance(plan=tokyo, places_left=3)
        page = manager.get(address("performance", "change", performance.pk)).content.decode()
        assert "few left" in page
        assert "3 / 100" in page
        assert "SaleState" not in page
        assert "draft" in manager.get(address("performance", "add")).content.decode()

    def test_it_lists_categories_without_a_price(self, manager, tokyo):
        performance = make_performance(plan=tokyo, prices={"Front": 60}, opened=False)
        page = manager.get(address("performance", "change", performance.pk)).content.decode()
        row = page[page.lower().index("missing prices") :][:600]
        assert "Back" in row

    def test_fields_are_locked_once_seats_exist(self, manager, tokyo):
        performance = make_performance(plan=tokyo, prices={"Front": 60, "Back": 30})
        form = (
            manager.get(address("performance", "change", performance.pk)).context["adminform"].form
        )
        assert not {"show", "venue", "plan", "currency", "status"} & set(form.fields)

    def test_prices_changed_while_on_sale_apply_to_the_sale(self, manager, tokyo):
        performance = make_performance(plan=tokyo, prices={"Front": (60, 5), "Back": 30})
        front, back = performance.price_categories.all()
        terms_of(performance.pk)
        fields = self.fields(tokyo, prices=(("?", "66", "6"), ("?", "30", "0")))
        fields |= {
            "price_categories-INITIAL_FORMS": "2",
            "price_categories-0-id": front.pk,
            "price_categories-0-performance": performance.pk,
            "price_categories-1-id": back.pk,
            "price_categories-1-performance": performance.pk,
        }
        response = manager.post(address("performance", "change", performance.pk), fields)
        assert response.status_code == 302, response.context["errors"]
        assert terms_of(performance.pk).price_of(front.pk) == (Decimal(66), Decimal(6))
        front.refresh_from_db()
        assert front.name == "Front"

    @pytest.mark.parametrize(
        ("when", "titles"), [("upcoming", "AB"), ("selling", "A"), ("past", "C")]
    )
    def test_it_filters_by_time(self, manager, tokyo, when, titles):
        make_performance(plan=tokyo, show=make_show(title="Show A"))
        make_performance(plan=tokyo, show=make_show(title="Show B"), opened=False)
        make_performance(plan=tokyo, show=make_show(title="Show C"), starts_in=timedelta(days=-2))
        page = manager.get(address("performance"), {"when": when}).content.decode()
        assert "".join(name for name in "ABC" if f">Show {name}<" in page) == titles

    def test_it_is_copied_a_week_later_at_the_same_local_time(self, manager):
        plan = make_plan(venue=make_venue(time_zone="Europe/Berlin"))
        # Clocks go forward on 31 March 2030.
        first = make_performance(
            plan=plan,
            starts_at=datetime(2030, 3, 27, 19, tzinfo=UTC),
            doors_at=datetime(2030, 3, 27, 18, tzinfo=UTC),
            concessions={"Child": 50},
            customer_limit=3,
        )
        chosen = {"action": "copy_a_week_later", "_selected_action": [first.pk]}
        response = manager.post(address("performance"), chosen, follow=True)
        assert "1 draft created" in response.content.decode()
        copy = Performance.objects.exclude(pk=first.pk).get()
        assert copy.starts_at == datetime(2030, 4, 3, 18, tzinfo=UTC)
        assert copy.doors_at == datetime(2030, 4, 3, 17, tzinfo=UTC)
        assert copy.status == Performance.Status.DRAFT
        assert copy.opened_at is None
        assert (copy.places_total, copy.customer_limit) == (0, 3)
        assert PriceCategory.objects.filter(performance=copy).get().price == Decimal(45)
        assert Concession.objects.filter(performance=copy).get().name == "Child"
        assert PriceCategory.objects.filter(performance=first).count() == 1

    def test_copying_needs_the_permission_to_add(self, client):
        performance = make_performance()
        user = make_user()
        appoint(user=user, role=Role.BOX_OFFICE)
        client.force_login(user)
        chosen = {"action": "copy_a_week_later", "_selected_action": [performance.pk]}
        client.post(address("performance"), chosen)
        assert Performance.objects.count() == 1


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
        assert "pending" in page
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
    show |= {"performances-TOTAL_FORMS": 0, "performances-INITIAL_FORMS": 0}
    response = client.post(reverse("admin:shows_show_add"), show)
    assert response.status_code == 200
    assert {"artists", "tags"} == set(response.context["adminform"].form.errors)
    night = {"show": junk, "venue": junk, "plan": junk}
    response = client.post(reverse("admin:shows_performance_add"), night)
    assert response.status_code == 200
    assert {"show", "venue", "plan"} <= set(response.context["adminform"].form.errors)
