import pytest

from accounts.tests.factories import make_user
from demo.accounts import follow_and_subscribe
from emails.consents import accepts_email
from shows.follows import followed_by
from shows.models import Artist, Show

pytestmark = pytest.mark.django_db


def test_each_account_follows_artists_and_shows_and_subscribes_to_alerts():
    for number in range(6):
        Artist.objects.create(name=f"Band {number}", slug=f"band-{number}")
        Show.objects.create(title=f"Show {number}", slug=f"show-{number}", is_published=True)
    alice, bob = make_user(), make_user(email="bob@example.com")
    follow_and_subscribe([alice, bob])
    followed = [
        {(follow.show_id, follow.artist_id) for follow in followed_by(user)}
        for user in (alice, bob)
    ]
    assert [len(things) for things in followed] == [6, 6]
    assert not followed[0] & followed[1]
    assert accepts_email(email=alice.email, kind="on_sale")
