"""Performances in the admin."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role, appoint
from shows.models import Concession, ConcessionType, Performance, PriceCategory
from shows.search import search_shows
from shows.terms import terms_of
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_show,
    make_user,
    make_venue,
    seated,
)
from shows.tests.pages import address

pytestmark = pytest.mark.django_db


def make_kind(name, **fields):
    return ConcessionType.objects.get_or_create(name=name, defaults={"value": 30} | fields)[0]


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
            "concessions-0-kind": str(make_kind("Child").pk),
            "concessions-0-value": "50",
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
        concession = performance.concessions.get()
        assert (concession.name, concession.percent_off) == ("Child", 50)
        assert [show.title for show in search_shows("gasworks")] == ["Blue Hour"]

    def test_it_shows_times_in_the_local_time_of_the_venue(self, manager, tokyo):
        starts_at = datetime(2030, 5, 1, 10, tzinfo=UTC)
        performance = make_performance(plan=tokyo, starts_at=starts_at, opened=False)
        page = manager.get(address("performance", "change", performance.pk)).content.decode()
        assert 'value="19:00:00"' in page
        assert "1 May 2030, 19:00" in manager.get(address("performance")).content.decode()
        # Fields of tables, to which no label is connected, are named by their column.
        for field in ("price_categories-0-price", "concessions-__prefix__-kind"):
            assert re.search(f'name="{field}"[^>]* aria-label="[A-Z]', page), field

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
            ({"concessions-0-value": "101"}, "Enter a whole number from 1 to 100."),
            ({"concessions-0-value": "12.5"}, "Enter a whole number from 1 to 100."),
            ({"concessions-0-kind": ""}, "This field is required."),
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
        assert "Few left" in page
        assert "3 / 100" in page
        assert "SaleState" not in page
        assert "Draft" in manager.get(address("performance", "add")).content.decode()

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


def test_the_list_begins_with_the_next_performance(admin_client):
    now = timezone.now()
    days = {day: make_performance(starts_in=timedelta(days=day)).pk for day in (90, 2)}
    for day in (-3, -400):
        days[day] = make_performance().pk
        Performance.objects.filter(pk=days[day]).update(starts_at=now + timedelta(days=day))
    page = admin_client.get("/admin/shows/performance/")
    listed = [row.pk for row in page.context["cl"].result_list]
    assert listed == [days[2], days[90], days[-3], days[-400]]
    page = admin_client.get("/admin/shows/performance/?o=2")
    assert page.context["cl"].result_list[0].pk == days[-400]
