"""Corrections of the seating plan while a performance is on sale."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bookings.exceptions import CannotCorrectPlan
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Place, Ticket
from bookings.sale.quotes import quote_hold
from bookings.seatmap.availability import availability_of
from bookings.seatmap.snapshots import snapshot_of
from bookings.staff_operations.allocations import allocate_places
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.plan_corrections import correct_plan
from bookings.staff_operations.renamed_seats import find_renamed
from bookings.tests.factories import (
    age_hold,
    make_hold,
    make_order,
    make_paid_order,
    pay,
)
from emails.models import OutboxEmail
from emails.rendering import preview
from shows.models import Performance
from venues.plans import add_plan_version, draft_of
from venues.tests.factories import make_venue

from .corrected_plans import (
    changed,
    correct,
    corrected_performance,
    hall,
    place_of,
    rename,
    with_a_seat_between,
    with_floor,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return corrected_performance()


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


def test_customers_get_an_email_about_the_new_name_only_if_staff_ask_for_it(performance):
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A3", "A4"]))
    make_paid_order(hold=make_hold(performance=performance, labels=["A5"]), email="")
    first = changed(performance, rename("A-3", number="33"))
    ticket = order.tickets.get(label="Stalls, row A, seat 3")
    assert find_renamed(performance=performance, plan=first) == {
        ticket.pk: ("Stalls, row A, seat 3", "Stalls, row A, seat 33")
    }
    correct_plan(performance=performance, plan=first, actor="staff:1", reason="Wrong")
    assert not OutboxEmail.objects.filter(kind="seats_renamed").exists()
    performance.refresh_from_db()
    second = changed(
        performance,
        lambda seats: rename("A-5", number="50")(rename("A-3", number="30")(seats)),
    )
    correction = {"plan": second, "actor": "staff:1", "reason": "Wrong", "notify": True}
    done = correct_plan(performance=performance, **correction)
    assert done.notified == 1 and len(done.renamed) == 2
    email = OutboxEmail.objects.get(kind="seats_renamed")
    assert email.to == order.email
    message = preview(email)
    assert "Stalls, row A, seat 33 → Stalls, row A, seat 30" in message.text
    assert "seat 4" not in message.text and len(message.attachments) == 2
    assert correct_plan(performance=performance, **correction).notified == 0
    assert OutboxEmail.objects.filter(kind="seats_renamed").count() == 1
