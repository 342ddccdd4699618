"""Follow shows and artists: buttons, list, and e-mail preferences."""

import pytest
from django.db import IntegrityError, transaction

from emails.consents import is_subscribed, record_consent
from emails.models import Consent
from shows.follows import follow, performances_followed_by, recommended_shows, unfollow
from shows.models import Alert, Follow
from shows.tests.factories import make_performance, make_plan, make_show, make_user
from shows.tests.pages import links, text

pytestmark = pytest.mark.django_db

LIST = "/accounts/follows/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def show():
    show = make_show(title="Blue Hour", slug="blue-hour", artists=["Ida Blank"], tags=["Jazz"])
    make_performance(show=show)
    return show


@pytest.fixture
def alice():
    return make_user(email="alice@example.org")


def test_a_visitor_logs_in_and_returns_to_the_button(client, show, alice):
    page = client.get(show.get_absolute_url())
    assert "Set-Cookie" not in page.headers
    artist = show.artists.get()
    for address in (f"{show.get_absolute_url()}follow/", f"{artist.get_absolute_url()}follow/"):
        assert address in links(page)
        assert client.get(address).url == f"/accounts/login/?next={address}"
        assert client.post(address, {"wanted": "yes"}).url == f"/accounts/login/?next={address}"
        htmx = client.post(address, {"wanted": "yes"}, **HTMX)
        assert htmx.headers["HX-Redirect"] == f"/accounts/login/?next={address}"
    assert not Follow.objects.exists()
    client.force_login(alice)
    assert "Follow Blue Hour" in text(client.get(f"{show.get_absolute_url()}follow/"))


def test_it_follows_and_unfollows_without_javascript(client, show, alice):
    client.force_login(alice)
    address = f"{show.get_absolute_url()}follow/"
    for _twice in range(2):
        assert client.post(address, {"wanted": "yes"}).url == show.get_absolute_url()
    assert Follow.objects.get().show == show
    assert "Following Blue Hour" in text(client.get(show.get_absolute_url()))
    for _twice in range(2):
        assert client.post(address, {"wanted": "no", "back": "list"}).url == LIST
    assert not Follow.objects.exists()


def test_with_htmx_the_response_is_the_button(client, show, alice):
    client.force_login(alice)
    artist = show.artists.get()
    answer = client.post(f"{artist.get_absolute_url()}follow/", {"wanted": "yes"}, **HTMX)
    assert text(answer) == "✓ Following Ida Blank: unfollow"
    assert "<html" not in answer.content.decode()
    assert Follow.objects.get().artist == artist


def test_hidden_shows_are_not_found(client, alice):
    client.force_login(alice)
    hidden = make_show(is_published=False, slug="hidden", artists=["Nobody"])
    for thing in (hidden, hidden.artists.get()):
        address = f"{thing.get_absolute_url()}follow/"
        assert client.post(address, {"wanted": "yes"}).status_code == 404
        assert client.delete(address).status_code in (404, 405)


def test_following_subscribes_to_on_sale_alerts(alice, show):
    follow(user=alice, target=show)
    assert is_subscribed(alice, "on_sale")
    assert Consent.objects.get().source == "follow"


def test_an_account_that_opted_out_follows_without_e_mails_and_is_informed(client, alice, show):
    record_consent(user=alice, kind="on_sale", is_wanted=False, source=Consent.Source.ACCOUNT)
    follow(user=alice, target=show)
    assert not is_subscribed(alice, "on_sale")
    client.force_login(alice)
    assert "On-sale alerts are off" in text(client.get(LIST))


def test_the_list_shows_follows_and_their_performances(client, show, alice):
    other = make_performance(show=make_show(title="Loud Hour"))
    follow(user=make_user(), target=other.show)
    client.force_login(alice)
    assert "You're not following anyone yet" in text(client.get(LIST))
    follow(user=alice, target=show.artists.get())
    page = text(client.get(LIST))
    assert "Ida Blank" in page
    assert "Blue Hour" in page and "Unfollow: Ida Blank" in page
    assert "Loud Hour" not in page
    client.logout()
    assert client.get(LIST).url == f"/accounts/login/?next={LIST}"


def test_the_number_of_queries_does_not_grow_with_the_follows(
    client, alice, django_assert_max_num_queries
):
    plan = make_plan()
    for number in range(8):
        show = make_show(title=f"Show {number}")
        make_performance(show=show, plan=plan)
        follow(user=alice, target=show)
    client.force_login(alice)
    client.get(LIST)
    with django_assert_max_num_queries(9):
        client.get(LIST)


def test_recommendations_share_a_genre_and_are_not_followed(alice, show):
    near = make_show(title="Green Hour", tags=["Jazz"])
    make_performance(show=near)
    make_performance(show=make_show(title="Opera", tags=["Opera"]))
    follow(user=alice, target=show.artists.get())
    assert [found.title for found in recommended_shows(alice, 5)] == ["Green Hour"]
    assert [each.show for each in performances_followed_by(alice)] == [show]
    unfollow(user=alice, target=show.artists.get())
    assert recommended_shows(alice, 5) == []


def test_the_database_rejects_a_follow_of_nothing_or_of_two_things(alice, show):
    with pytest.raises(IntegrityError, match="of_a_show_or_an_artist"), transaction.atomic():
        Follow.objects.create(user=alice)
    with pytest.raises(IntegrityError, match="of_a_show_or_an_artist"):
        Follow.objects.create(user=alice, show=show, artist=show.artists.get())


@pytest.mark.parametrize("kind", ["show", "artist"])
def test_the_database_rejects_following_twice(alice, show, kind):
    thing = {"show": show, "artist": show.artists.get()}[kind]
    Follow.objects.create(user=alice, **{kind: thing})
    with pytest.raises(IntegrityError, match=f"one_follow_by_account_and_{kind}"):
        Follow.objects.create(user=alice, **{kind: thing})


def test_the_database_rejects_a_second_alert(alice, show):
    performance = show.performances.get()
    Alert.objects.create(user=alice, performance=performance)
    with pytest.raises(IntegrityError, match="one_alert_by_account_and_performance"):
        Alert.objects.create(user=alice, performance=performance)
