"""Reviews by customers who attended: one each, moderated, and editable by their author."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.reviews import DidNotAttend, performance_seen, write_review
from core.testing.races import losers, race
from shows.models import Performance, Review
from shows.reviews import publish_review, withdraw_review
from shows.terms import clear_cached_terms
from shows.tests.factories import make_show, make_user

from .browsing import browser_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_user(email="alice@example.org", name="Alice Archer")


def move_to_past(performance, **ago):
    """Move the performance into the past."""
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=performance.starts_at - timedelta(days=30) - timedelta(**ago)
    )
    clear_cached_terms(performance.pk)
    performance.refresh_from_db()
    return performance


def make_attended_show(user, **ago):
    """Make a performance that the user attended; return its show."""
    order = make_paid_order(hold=make_hold(), user=user, email=user.email)
    move_to_past(order.performance, **(ago or {"days": 2}))
    return order.performance.show


def ratings(show):
    show.refresh_from_db()
    venue = show.performances.get().venue
    return (show.rating_sum, show.rating_count), (venue.rating_sum, venue.rating_count)


def test_a_ticket_holder_writes_one_and_staff_must_approve_it(alice):
    show = make_attended_show(alice)
    review = write_review(user=alice, show=show, stars=4, text=" Loud. ")
    assert (review.stars, review.text, review.status) == (4, "Loud.", Review.Status.WAITING)
    assert review.performance == show.performances.get()
    assert ratings(show) == ((0, 0), (0, 0))


def test_tickets_bought_as_a_guest_with_the_same_address_count(alice):
    order = make_paid_order(email=alice.email)
    move_to_past(order.performance, days=1)
    assert performance_seen(user=alice, show=order.performance.show) == order.performance


def test_it_refuses_strangers_and_unpaid_orders(alice):
    show = make_attended_show(make_user())
    coming = make_paid_order(user=alice, email=alice.email).performance.show
    for each in (show, coming, make_show()):
        with pytest.raises(DidNotAttend):
            write_review(user=alice, show=each, stars=5)
    assert not Review.objects.exists()


def test_it_refuses_before_the_performance_is_over(alice):
    show = make_attended_show(alice, hours=1)
    assert performance_seen(user=alice, show=show) is None


def test_it_refuses_cancelled_tickets_and_performances(alice):
    back = make_paid_order(user=alice, email=alice.email)
    cancel_tickets(order=back, actor="test")
    off = make_paid_order(user=alice, email=alice.email)
    Performance.objects.filter(pk=off.performance_id).update(status="cancelled")
    for order in (back, off):
        move_to_past(order.performance, days=1)
        assert performance_seen(user=alice, show=order.performance.show) is None


def test_writing_again_changes_the_review(alice):
    show = make_attended_show(alice)
    first = write_review(user=alice, show=show, stars=4)
    again = write_review(user=alice, show=show, stars=2, text="On second thoughts")
    assert first.pk == again.pk == Review.objects.get().pk
    assert Review.objects.get().stars == 2


def test_a_changed_review_no_longer_counts(alice):
    show = make_attended_show(alice)
    publish_review(review=write_review(user=alice, show=show, stars=4))
    assert ratings(show) == ((4, 1), (4, 1))
    write_review(user=alice, show=show, stars=4)
    assert ratings(show) == ((4, 1), (4, 1))
    changed = write_review(user=alice, show=show, stars=1)
    assert changed.status == Review.Status.WAITING
    assert ratings(show) == ((0, 0), (0, 0))
    publish_review(review=changed)
    assert ratings(show) == ((1, 1), (1, 1))


def test_a_withdrawn_review_no_longer_counts(alice):
    show = make_attended_show(alice)
    publish_review(review=write_review(user=alice, show=show, stars=4))
    assert withdraw_review(show=show, author=alice)
    assert not withdraw_review(show=show, author=alice)
    assert ratings(show) == ((0, 0), (0, 0))


def test_concurrent_submissions_create_one_review(alice):
    show = make_attended_show(alice)
    outcomes = race(*[lambda: write_review(user=alice, show=show, stars=3)] * 8)
    assert not losers(outcomes, ())
    assert Review.objects.count() == 1


class TestThePage:
    def url(self, show, more=""):
        return f"/shows/{show.slug}/review/{more}"

    def test_it_accepts_a_review_and_shows_its_status(self, alice):
        show, browser = make_attended_show(alice), browser_of(make_customer(user=alice))
        assert "How was it?" in browser.get(self.url(show)).content.decode()
        for _press in range(2):
            response = browser.post(self.url(show), {"stars": "5", "text": "Oh!"})
            assert (response.status_code, response["Location"]) == (302, self.url(show))
        text = browser.get(self.url(show)).content.decode()
        assert "We'll check your review" in text and "Oh!" in text
        assert text.count(" checked") == 1
        publish_review(review=Review.objects.get())
        assert (
            "Your review is published on the show page"
            in browser.get(self.url(show)).content.decode()
        )

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ({"text": "Oh!"}, "Choose a rating."),
            ({"stars": "6"}, "Choose between 1 and 5 stars."),
            ({"stars": "x"}, "Choose between 1 and 5 stars."),
            ({"stars": "5", "text": "a" * 2001}, "at most 2000 characters"),
            ({"stars": "5", "text": "\x00"}, "Null characters are not allowed."),
        ],
    )
    def test_it_shows_errors_and_keeps_what_was_typed(self, alice, data, says):
        show = make_attended_show(alice)
        response = browser_of(make_customer(user=alice)).post(self.url(show), data)
        assert response.status_code == 422
        text = response.content.decode()
        assert says in text and data.get("text", "").strip("\0") in text
        assert not Review.objects.exists()

    def test_it_says_who_may_not_write_one(self, alice):
        show, browser = make_sale().show, browser_of(make_customer(user=alice))
        for response in (browser.get(self.url(show)), browser.post(self.url(show), {"stars": "5"})):
            assert response.status_code == 403
            text = response.content.decode()
            assert "Only people who had a ticket" in text and "Submit review" not in text
        assert not Review.objects.exists()

    def test_it_asks_guests_to_log_in(self):
        show = make_show()
        response = Client().get(self.url(show))
        assert response["Location"] == f"/accounts/login/?next={self.url(show)}"
        assert Client().post(self.url(show, "withdraw/")).status_code == 302

    def test_unpublished_shows_are_not_found(self, alice):
        show = make_show(is_published=False)
        browser = browser_of(make_customer(user=alice))
        assert browser.get(self.url(show)).status_code == 404
        assert browser.post(self.url(show, "withdraw/")).status_code == 404

    def test_withdrawing_needs_post_and_affects_ones_own_review_only(self, alice):
        show = make_attended_show(alice)
        write_review(user=alice, show=show, stars=2)
        stranger = browser_of(make_customer(user=make_user()))
        assert stranger.post(self.url(show, "withdraw/")).status_code == 302
        browser = browser_of(make_customer(user=alice))
        assert browser.get(self.url(show, "withdraw/")).status_code == 405
        assert Review.objects.count() == 1
        for _press in range(2):
            assert browser.post(self.url(show, "withdraw/")).status_code == 302
        assert not Review.objects.exists()

    def test_past_bookings_and_the_show_link_here(self, alice):
        show, browser = make_attended_show(alice), browser_of(make_customer(user=alice))
        order = alice.orders.get()
        pages = ("/orders/?when=past", order.get_absolute_url(), show.get_absolute_url())
        for page in pages:
            assert f'href="{self.url(show)}"' in browser.get(page).content.decode(), page

    def test_upcoming_bookings_do_not_link_here(self, alice):
        order = make_paid_order(user=alice, email=alice.email)
        browser = browser_of(make_customer(user=alice))
        show = order.performance.show
        for page in ("/orders/", order.get_absolute_url(), show.get_absolute_url()):
            assert self.url(show) not in browser.get(page).content.decode(), page
