"""Corrections of the seating plan while a performance is on sale."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from bookings.exceptions import CannotCorrectPlan, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place, Ticket
from bookings.sale.quotes import quote_hold
from bookings.seat_selection.holding import hold_chosen_seats
from bookings.seatmap.availability import availability_of
from bookings.seatmap.drawn_sections import drawing_hash
from bookings.seatmap.snapshots import snapshot_of
from bookings.staff_operations.allocations import allocate_places
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.plan_corrections import correct_plan
from bookings.staff_operations.put_on_sale import put_on_sale
from bookings.tests.factories import (
    age_hold,
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    pay,
)
from bookings.tests.races import race
from core.shared_cache import clear_shared_cache
from shows.models import Performance
from shows.terms import clear_cached_terms, terms_of
from shows.tests.factories import make_performance
from venues.drafts import SectionDraft
from venues.plans import add_plan_version, draft_of
from venues.tests.factories import draft, make_venue, seat, standing_section

pytestmark = pytest.mark.django_db(transaction=True)


def hall(rows="AB", count=6, **floor):
    seats = [
        seat(row, str(number), 25 * number, 30 * at)
        for at, row in enumerate(rows, 1)
        for number in range(1, count + 1)
    ]
    stalls = SectionDraft(name="Stalls", slug="stalls", seats=tuple(seats))
    floors = [standing_section(standing=10)] if floor.get("floor", True) else []
    return draft(sections=[stalls, *floors], width=400, height=400)


@pytest.fixture
def performance():
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=hall())
    performance = make_performance(plan=plan, opened=False, prices={"Stalls": 40, "Standing": 20})
    performance = put_on_sale(performance=performance, actor="test")
    clear_shared_cache()
    return performance


def changed(performance, edit):
    """Save the next version: `edit` gets the list of seats and returns the new one."""
    before = draft_of(performance.plan)
    first, *others = before.sections
    first = replace(first, seats=tuple(edit(list(first.seats))), outline=())
    return add_plan_version(
        venue=performance.venue, name="Hall", draft=replace(before, sections=(first, *others))
    )


def correct(performance, plan):
    done = correct_plan(performance=performance, plan=plan, actor="staff:1", reason="Wrong label")
    clear_shared_cache()
    performance.refresh_from_db()
    return done


def rename(guid, **values):
    return lambda seats: [replace(s, **values) if s.guid == guid else s for s in seats]


def without(*guids):
    return lambda seats: [s for s in seats if s.guid not in guids]


def with_a_seat_between(seats):
    return [seats[0], seat("A", "1a", 37, 30), *seats[1:]]


def place_of(performance, guid):
    return Place.objects.get(performance=performance, seat__guid=guid)


def seat_of(plan, guid):
    return plan.seats.get(guid=guid).pk


class TestLabels:
    def test_places_keep_their_keys_and_follow_their_seats(self, performance):
        before = {p.seat.guid: p.pk for p in performance.places.exclude(seat=None)}
        plan = changed(performance, rename("A-3", number="3a"))

        done = correct(performance, plan)

        assert performance.plan == plan
        assert {p.seat.guid: p.pk for p in performance.places.exclude(seat=None)} == before
        assert not done.added
        assert not done.removed
        assert not audit()

    def test_tickets_get_the_new_label_and_keep_their_codes(self, performance):
        order = make_paid_order(hold=make_hold(performance=performance, labels=["A3", "A4"]))
        secrets = set(order.tickets.values_list("secret", flat=True))

        done = correct(performance, changed(performance, rename("A-3", number="33")))

        labels = list(order.tickets.order_by("place").values_list("label", flat=True))
        assert labels == ["Stalls, row A, seat 33", "Stalls, row A, seat 4"]
        assert set(order.tickets.values_list("secret", flat=True)) == secrets
        assert list(done.renamed.values()) == [("Stalls, row A, seat 3", "Stalls, row A, seat 33")]

    def test_baskets_and_unpaid_orders_survive_with_the_new_label(self, performance):
        hold = make_hold(performance=performance, labels=["A3"])
        order = make_order(hold=make_hold(performance=performance, labels=["B1"]))

        correct(
            performance,
            changed(
                performance,
                lambda seats: rename("B-1", number="11")(rename("A-3", number="33")(seats)),
            ),
        )

        assert [line.label for line in quote_hold(hold).lines] == ["Stalls, row A, seat 33"]
        pay(order)
        assert Ticket.objects.get().label == "Stalls, row B, seat 11"
        assert make_paid_order(hold=hold).tickets.get().label == "Stalls, row A, seat 33"
        assert not audit()

    def test_it_is_logged_and_repeating_it_does_nothing(self, performance):
        make_paid_order(hold=make_hold(performance=performance, labels=["A3"]))
        before, plan = performance.plan_id, changed(performance, rename("A-3", number="33"))
        correct(performance, plan)
        correct(performance, plan)

        entry = LedgerEntry.objects.get(kind="correct_plan")
        assert (entry.actor, entry.detail["reason"]) == ("staff:1", "Wrong label")
        assert (entry.detail["before"], entry.detail["after"]) == (before, plan.pk)
        assert list(entry.detail["labels"].values())[0][1] == "Stalls, row A, seat 33"


class TestSeats:
    def test_an_added_seat_is_on_sale_with_its_price(self, performance):
        done = correct(performance, changed(performance, with_a_seat_between))

        place = place_of(performance, "A-1a")
        assert done.added == [place.pk]
        assert (place.state, place.price_category.price) == ("available", 40)
        assert performance.places_total == performance.places_left == 23
        order = make_paid_order(hold=make_hold(performance=performance, labels=["A1a"]))
        assert order.tickets.get().label == "Stalls, row A, seat 1a"
        assert not audit()

    def test_the_map_has_each_seat_at_its_own_bit(self, performance):
        make_hold(performance=performance, labels=["A2"])
        correct(performance, changed(performance, with_a_seat_between))

        section = performance.plan.sections.get(name="Stalls").pk
        bits = availability_of(performance.pk).bits[section]
        assert bits == "1101111" + "111111"

    def test_a_free_seat_is_taken_away(self, performance):
        place = place_of(performance, "A-6")

        done = correct(performance, changed(performance, without("A-6")))

        place.refresh_from_db()
        assert done.removed == [place.pk]
        assert place.state == "removed"
        assert performance.places_total == 21
        assert snapshot_of(performance.pk).availability.free == 21
        assert not audit()

    def test_a_removed_seat_cannot_be_put_back_on_sale(self, performance):
        place = place_of(performance, "A-6")
        correct(performance, changed(performance, without("A-6")))

        assert not unblock_places(performance=performance, place_ids=[place.pk], actor="test")
        place.refresh_from_db()
        assert place.state == "removed"

    def test_a_seat_that_comes_back_gets_its_place_again(self, performance):
        first, place = performance.plan, place_of(performance, "A-6")
        make_paid_order(hold=make_hold(performance=performance, labels=["A1"]))
        correct(performance, changed(performance, without("A-6")))

        done = correct(performance, first)

        place.refresh_from_db()
        assert done.added == [place.pk]
        assert (place.state, place.seat.plan) == ("available", first)
        assert not audit()

    def test_blocked_and_lapsed_seats_can_be_taken_away(self, performance):
        block_places(
            performance=performance, place_ids=[place_of(performance, "A-6").pk], actor="test"
        )
        hold = make_hold(performance=performance, labels=["A5"])
        age_hold(hold, minutes=60)

        assert len(correct(performance, changed(performance, without("A-5", "A-6"))).removed) == 2
        assert not audit()

    def test_a_cancelled_ticket_keeps_its_removed_place(self, performance):
        from bookings.aftersale.cancellation import cancel_tickets

        order = make_paid_order(hold=make_hold(performance=performance, labels=["A5", "A6"]))
        ticket = order.tickets.get(place=place_of(performance, "A-6"))
        cancel_tickets(order=order, ticket_ids=[ticket.pk], actor="staff:1", by_staff=True)

        correct(performance, changed(performance, without("A-6")))

        ticket.refresh_from_db()
        assert ticket.place.state == "removed"
        assert not audit()


class TestRefusals:
    def refusal(self, performance, plan):
        before = list(Place.objects.order_by("pk").values())
        with pytest.raises(CannotCorrectPlan) as caught:
            correct(performance, plan)
        assert list(Place.objects.order_by("pk").values()) == before
        performance.refresh_from_db()
        assert performance.plan != plan
        return str(caught.value)

    def test_a_sold_seat_cannot_vanish(self, performance):
        make_paid_order(hold=make_hold(performance=performance, labels=["A6"]))

        text = self.refusal(performance, changed(performance, without("A-6")))

        assert text == ("Sold or held, but missing in the new version: Stalls, row A, seat 6.")

    def test_a_seat_in_a_basket_cannot_vanish(self, performance):
        make_hold(performance=performance, labels=["A6"])

        assert "row A, seat 6" in self.refusal(performance, changed(performance, without("A-6")))

    def test_a_seat_of_a_guest_hold_cannot_vanish(self, performance):
        allocate_places(
            performance=performance,
            place_ids=[place_of(performance, "A-6").pk],
            name="Press",
            actor="test",
        )

        assert "row A, seat 6" in self.refusal(performance, changed(performance, without("A-6")))

    def test_a_sold_seat_keeps_its_price_category(self, performance):
        make_paid_order(hold=make_hold(performance=performance, labels=["A6"]))
        plan = changed(performance, rename("A-6", category="Standing"))

        assert "another price category" in self.refusal(performance, plan)

    def test_prices_must_be_known(self, performance):
        before = draft_of(performance.plan)
        first, *others = before.sections
        wanted = replace(
            before,
            categories=(*before.categories, {"name": "Box", "color": "#123456"}),
            sections=(
                replace(first, seats=tuple(rename("A-6", category="Box")(list(first.seats)))),
                *others,
            ),
        )
        plan = add_plan_version(venue=performance.venue, name="Hall", draft=wanted)

        assert "Missing prices: Box" in self.refusal(performance, plan)

    def test_a_plan_of_another_venue_is_refused(self, performance):
        plan = add_plan_version(venue=make_venue(), name="Hall", draft=hall())

        assert "another venue" in self.refusal(performance, plan)

    def test_a_past_performance_is_left_alone(self, performance):
        plan = changed(performance, with_a_seat_between)
        Performance.objects.filter(pk=performance.pk).update(
            starts_at=performance.starts_at - timedelta(days=60)
        )

        assert "over" in self.refusal(performance, plan)

    def test_more_standing_places_are_sold_than_are_left(self, performance):
        make_hold(performance=performance, standing=6)

        assert "Floor, standing" in self.refusal(performance, with_floor(performance, 5))


def with_floor(performance, capacity):
    before = draft_of(performance.plan)
    first, floor = before.sections
    sections = (first, replace(floor, standing=capacity))
    return add_plan_version(
        venue=performance.venue, name="Hall", draft=replace(before, sections=sections)
    )


class TestStanding:
    @pytest.mark.parametrize("capacity", [6, 15])
    def test_the_capacity_follows_the_plan(self, performance, capacity):
        hold = make_hold(performance=performance, standing=6)

        correct(performance, with_floor(performance, capacity))

        places = Place.objects.standing().in_plan().filter(performance=performance)
        assert places.count() == capacity
        assert places.filter(hold=hold).count() == 6
        make_paid_order(hold=hold)
        assert not audit()


class TestOpenPages:
    def test_seats_of_the_old_version_can_still_be_held(self, performance):
        old = [seat_of(performance.plan, "A-5"), seat_of(performance.plan, "A-6")]
        correct(performance, changed(performance, with_a_seat_between))

        held = hold_chosen_seats(
            performance_id=performance.pk, seat_ids=old, customer=make_customer()
        )

        assert {place.seat.guid for place in held.taken} == {"A-5", "A-6"}

    def test_a_removed_seat_is_unavailable(self, performance):
        old = [seat_of(performance.plan, "A-6"), seat_of(performance.plan, "A-5")]
        correct(performance, changed(performance, without("A-6")))

        with pytest.raises(PlacesUnavailable) as refusal:
            hold_chosen_seats(
                performance_id=performance.pk, seat_ids=old[:1], customer=make_customer()
            )
        assert "row A, seat 6" in str(refusal.value)
        held = hold_chosen_seats(
            performance_id=performance.pk, seat_ids=old, customer=make_customer()
        )
        assert held.unavailable == ["Stalls, row A, seat 6"]
        assert [place.seat.guid for place in held.taken] == ["A-5"]

    def test_the_old_map_sees_what_is_available(self, performance):
        old = performance.plan
        make_hold(performance=performance, labels=["A2"])
        correct(performance, changed(performance, lambda s: with_a_seat_between(without("A-6")(s))))

        sections = json.loads(snapshot_of(performance.pk).body)["sections"]

        stalls, floor = old.sections.order_by("ordinal")
        assert sections[str(stalls.pk)] == [10, "u/A="]  # 10111011 1111….
        assert sections[str(floor.pk)] == [10]

    def test_an_old_drawing_leads_to_the_new_one(self, performance, client):
        slug = "stalls"
        with override("en"):
            before = drawing_hash(terms_of(performance.pk, fresh=True), section_id(performance))
        correct(performance, changed(performance, rename("A-3", number="33")))

        response = client.get(
            reverse("bookings:drawing", args=[performance.pk, slug, before]), follow=True
        )

        assert response.redirect_chain
        assert "seat 33" in response.content.decode()


def section_id(performance):
    return performance.plan.sections.get(name="Stalls").pk


class TestRace:
    def test_purchases_and_a_correction_leave_no_trace_of_each_other(self, performance):
        """Eight customers buy while two seats are taken away: one or the other, never both."""
        plan = changed(performance, without("A-5", "A-6"))
        old = [seat_of(performance.plan, f"A-{number}") for number in (3, 4, 5, 6)]

        def buy(seat_id):
            def run():
                held = hold_chosen_seats(
                    performance_id=performance.pk, seat_ids=[seat_id], customer=make_customer()
                )
                return make_paid_order(hold=held.hold)

            return run

        def fix():
            return correct_plan(performance=performance, plan=plan, actor="t", reason="r")

        Performance.objects.filter(pk=performance.pk).update(allow_single_gaps=True)
        clear_cached_terms()
        outcomes = race(*(buy(seat_id) for seat_id in old * 2), fix)

        errors = [one.error for one in outcomes[:-1] if one.error is not None]
        assert all(isinstance(error, PlacesUnavailable) for error in errors), errors
        fixed = outcomes[-1]
        assert fixed.error is None or isinstance(fixed.error, CannotCorrectPlan)
        performance.refresh_from_db()
        lost = Ticket.objects.valid().exclude(place__section__plan=performance.plan)
        assert not lost.exists()
        assert Order.objects.paid().count() == Ticket.objects.valid().count()
        clear_shared_cache()
        assert not audit()

    def test_without_the_lock_a_sold_seat_would_vanish(self, performance, monkeypatch):
        """The control: the places are read before somebody buys one, and changed after it."""
        from bookings.sale import locks

        plan = changed(performance, without("A-6"))

        def read_and_let_somebody_buy(performance_id):
            places = list(Place.objects.filter(performance=performance_id).order_by("pk"))
            order = {}

            def buy():
                order["made"] = make_paid_order(
                    hold=make_hold(performance=performance, labels=["A6"])
                )

            race(buy)
            assert order
            return places

        monkeypatch.setattr(locks, "lock_places_of_performance", read_and_let_somebody_buy)
        correct(performance, plan)

        assert "ticket_has_sold_place" in {finding.rule for finding in audit()}
