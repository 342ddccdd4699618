from functools import partial

import pytest
from django.db import connection

from core.testing.races import losers, race
from shows.models import Review
from shows.reviews import publish_review, recount_ratings, refuse_review
from shows.tests.factories import make_performance, make_review, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def performance():
    return make_performance()


def ratings(performance):
    performance.show.refresh_from_db()
    performance.venue.refresh_from_db()
    show, venue = performance.show, performance.venue
    return (show.rating_sum, show.rating_count), (venue.rating_sum, venue.rating_count)


def test_publishing_counts_the_stars_for_show_and_venue(performance):
    publish_review(review=make_review(performance=performance, stars=4))
    published = publish_review(review=make_review(performance=performance, stars=3))
    assert published.status == Review.Status.PUBLISHED
    assert ratings(performance) == ((7, 2), (7, 2))
    assert performance.show.rating == 3.5


def test_publishing_twice_counts_once(performance):
    review = make_review(performance=performance, stars=4)
    publish_review(review=review)
    publish_review(review=review)
    assert ratings(performance) == ((4, 1), (4, 1))


def test_rejecting_a_waiting_review_counts_nothing(performance):
    review = refuse_review(review=make_review(performance=performance))
    assert review.status == Review.Status.REFUSED
    assert ratings(performance) == ((0, 0), (0, 0))
    assert performance.show.rating is None


def test_rejecting_a_published_review_subtracts_its_stars(performance):
    review = make_review(performance=performance, stars=1)
    publish_review(review=make_review(performance=performance, stars=5))
    publish_review(review=review)
    refuse_review(review=review)
    refuse_review(review=review)
    assert ratings(performance) == ((5, 1), (5, 1))


def test_a_rejected_review_can_be_published(performance):
    review = make_review(performance=performance, stars=2)
    refuse_review(review=review)
    publish_review(review=review)
    assert ratings(performance) == ((2, 1), (2, 1))


def test_one_show_in_two_venues_is_counted_for_each(performance):
    elsewhere = make_performance(show=performance.show)
    publish_review(review=make_review(performance=performance, stars=5))
    publish_review(review=make_review(performance=elsewhere, stars=1))
    assert ratings(performance) == ((6, 2), (5, 1))
    assert ratings(elsewhere) == ((6, 2), (1, 1))


def test_recounting_includes_imported_reviews(performance):
    for stars in (5, 4, 2):
        make_review(performance=performance, stars=stars, status=Review.Status.PUBLISHED)
    make_review(performance=performance, stars=1)
    other = make_performance()
    type(other.show).objects.filter(pk=other.show_id).update(rating_sum=99, rating_count=9)

    recount_ratings()

    assert ratings(performance) == ((11, 3), (11, 3))
    assert ratings(other) == ((0, 0), (0, 0))


@pytest.mark.django_db(transaction=True)
def test_concurrent_moderators_lose_no_star():
    performance = make_performance()
    reviews = [
        make_review(performance=performance, author=make_user(), stars=1 + number % 5)
        for number in range(20)
    ]
    # Each is published by two moderators at the same moment.
    outcomes = race(*[partial(publish_review, review=review) for review in reviews * 2])
    assert not losers(outcomes, ())
    assert ratings(performance) == ((60, 20), (60, 20))


@pytest.mark.django_db(transaction=True)
def test_without_f_expressions_concurrent_moderators_lose_stars():
    """The control: without F expressions the race is real."""
    performance = make_performance()
    show = performance.show

    def count_naively():
        fresh = type(show).objects.get(pk=show.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        fresh.rating_sum += 3
        fresh.save(update_fields=["rating_sum"])

    race(*[count_naively] * 10)
    show.refresh_from_db()
    assert show.rating_sum < 30
