"""Corrections of the seating plan while customers have its map open, select seats and buy."""

import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from bookings.exceptions import CannotCorrectPlan, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import Order, Place, Ticket
from bookings.seat_selection.holding import hold_chosen_seats
from bookings.seatmap.drawn_sections import drawing_hash
from bookings.seatmap.snapshots import snapshot_of
from bookings.staff_operations.plan_corrections import correct_plan
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_paid_order,
)
from core.shared_cache import clear_shared_cache
from core.testing.races import race
from shows.models import Performance
from shows.terms import clear_cached_terms, terms_of

from .corrected_plans import (
    changed,
    correct,
    corrected_performance,
    rename,
    seat_of,
    with_a_seat_between,
    without,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return corrected_performance()


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
        assert '"33"' in response.content.decode()


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
