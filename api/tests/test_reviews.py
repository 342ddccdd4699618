from datetime import timedelta

import pytest
from django.db.models import F

from api.tests.callers import Program, logged_in, make_account, with_key
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from shows.models import Performance, Review
from shows.reviews import publish_review
from shows.terms import clear_cached_terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show():
    return make_sale().show


def make_attended_order(user, show):
    order = make_paid_order(
        hold=make_hold(performance=show.performances.get()), user=user, email=user.email
    )
    Performance.objects.update(starts_at=F("starts_at") - timedelta(days=60))
    clear_cached_terms(order.performance_id)


def test_a_ticket_holder_writes_changes_and_withdraws_a_review(show):
    alice = make_account(name="Alice Archer")
    make_attended_order(alice, show)
    program, path = logged_in(alice), f"/shows/{show.slug}/reviews"
    written = program.post(path, {"stars": 4, "text": "Loud."})
    assert written.status_code == 201, written.content
    assert written.json()["status"] == "waiting"
    assert Program().get(path).json()["count"] == 0
    publish_review(review=Review.objects.get())
    (shown,) = Program().get(path).json()["items"]
    assert (shown["stars"], shown["author"]) == (4, "Alice")
    assert program.post(path, {"stars": 5}).json()["status"] == "waiting"
    assert program.get(f"{path}/mine").json()["stars"] == 5
    assert program.delete(f"{path}/mine").status_code == 204
    assert program.get(f"{path}/mine").status_code == 404


def test_strangers_guests_and_invalid_stars_are_refused(show):
    program, path = logged_in(make_account()), f"/shows/{show.slug}/reviews"
    stranger = program.post(path, {"stars": 4})
    assert stranger.status_code == 403
    assert stranger.json()["type"] == "urn:concert:problem:did-not-attend"
    assert Program().post(path, {"stars": 4}).status_code == 401
    assert with_key("orders").post(path, {"stars": 4}).status_code == 401
    wrong = program.post(path, {"stars": 6})
    assert wrong.json()["errors"][0]["pointer"] == "/body/data/stars"
    assert program.post("/shows/none/reviews", {"stars": 4}).status_code == 404
    assert not Review.objects.exists()
