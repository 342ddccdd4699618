"""The queue of a sale: join, wait, be admitted, hold places."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.shared_cache import clear_shared_cache
from organisation.tests.factories import set_organisation
from shows.terms import clear_cached_terms
from waitingroom.controls import announce, close, pause
from waitingroom.entry import enter
from waitingroom.models import Pass, WaitingRoom
from waitingroom.pacing import measured
from waitingroom.rooms import clear_room_cache
from waitingroom.tests.factories import advance, join_queue, make_room, open_due, pass_time

from .factories import make_hold, make_sale, seated, seats_of

pytestmark = pytest.mark.django_db(transaction=True)


def make_queue(**fields):
    return make_room(performance=make_sale(sections=[seated()]), **fields)


def address(room, page=""):
    return f"/queue/{room.pk}/{page}"


def post(client, room, page, data=None, **headers):
    return client.post(address(room, page), data or {}, **headers)


def later(room, **by):
    """Move the room's times and cached values into the past."""
    from django.core.cache import cache

    pass_time(room, **(by or {"seconds": 2}))
    cache.clear()
    clear_shared_cache()
    clear_room_cache()
    clear_cached_terms()


def text_of(response):
    return response.content.decode()


def test_nobody_joins_the_queue_of_a_show_that_is_not_published(client):
    room = make_queue()
    show = room.performance.show
    show.is_published = False
    show.save(update_fields=["is_published"])
    clear_cached_terms()
    assert post(client, room, "join/").status_code == 404
    assert not client.cookies


def test_a_visitor_joins_waits_enters_and_buys(client):
    room = make_queue()
    seats = {"seat": seats_of(room.performance, "A1", "A2")}
    hold = f"/performances/{room.pk}/hold/"
    assert client.post(hold, seats)["Location"] == address(room)
    assert "Join the queue" in text_of(client.get(address(room)))
    joined = post(client, room, "join/")
    assert (joined.status_code, joined["Location"]) == (303, address(room, "place/"))
    later(room)
    assert client.get(address(room, "place/")).context["progress"].is_admitted
    assert post(client, room, "enter/")["Location"] == f"/performances/{room.pk}/"
    assert client.post(hold, seats)["Location"].startswith("/basket/")


def test_a_script_gets_the_url_and_stays_while_the_sale_is_full(client):
    room = make_queue(capacity=2)
    post(client, room, "join/")
    other, place = join_queue(room)
    later(room)
    client.get(address(room, "status"))
    WaitingRoom.objects.update(capacity=1)
    enter(token=place, visitor=other)
    options = {"headers": {"accept": "application/json"}}
    assert post(client, room, "enter/", **options).json() == {"to": address(room, "place/")}
    Pass.objects.update(expires_at=Pass.objects.get().entered_at)
    assert post(client, room, "enter/", **options).json() == {"to": f"/performances/{room.pk}/"}
    assert Pass.objects.valid().count() == 1


def test_with_htmx_a_refused_hold_redirects_to_the_queue_too(client):
    room = make_queue()
    data = {"best": "1", "quantity": "2"}
    response = client.post(f"/performances/{room.pk}/hold/", data, HTTP_HX_REQUEST="true")
    assert response["HX-Redirect"] == address(room)


def test_in_automatic_mode_there_is_a_queue_as_soon_as_the_sale_is_full(client):
    room = make_queue(mode=WaitingRoom.Mode.AUTOMATIC, capacity=1)
    page_url, bob, carol = f"/performances/{room.pk}/", Client(), Client()
    assert "This sale uses a queue" not in text_of(client.get(page_url))
    data = {"best": "1", "quantity": "2"}
    basket = client.post(f"{page_url}hold/", data)["Location"]
    assert basket.startswith("/basket/")

    assert bob.post(f"{page_url}hold/", data)["Location"] == address(room)
    assert post(bob, room, "join/")["Location"] == address(room, "place/")
    later(room)
    assert not bob.get(address(room, "place/")).context["progress"].is_admitted
    later(room)
    assert "This sale uses a queue" in text_of(carol.get(page_url))

    client.post(f"{basket}release/")
    later(room, minutes=3)  # The time to leave without losing the place is over.
    assert bob.get(address(room, "place/")).context["progress"].is_admitted
    assert post(bob, room, "enter/")["Location"] == page_url
    assert bob.post(f"{page_url}hold/", data)["Location"].startswith("/basket/")


def test_an_automatic_queue_announces_no_draw(client):
    room = make_queue(mode=WaitingRoom.Mode.AUTOMATIC, gathering=True)
    assert "everyone in the queue gets a random place" not in text_of(
        client.get(f"/performances/{room.pk}/")
    )


def test_too_many_hold_requests_are_limited(client, monkeypatch):
    monkeypatch.setattr("waitingroom.limits.REQUESTS_BY_PASS", 2)
    room = make_queue(mode=WaitingRoom.Mode.AUTOMATIC)
    hold = f"/performances/{room.pk}/hold/"
    statuses = [client.post(hold, {"best": "1", "quantity": "1"}).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]


def test_every_way_of_holding_places_is_measured(client):
    room = make_queue(mode=WaitingRoom.Mode.AUTOMATIC)
    make_hold(performance=room.performance)
    client.post(f"/performances/{room.pk}/hold/", {"best": "1", "quantity": "1"})
    assert measured(room.pk).holds == 2


def test_a_lapsed_basket_does_not_bypass_the_queue():
    from .browsing import browser_of
    from .factories import age_hold, make_customer

    performance, customer = make_sale(sections=[seated()]), make_customer()
    hold = make_hold(performance=performance, customer=customer)
    age_hold(hold, minutes=20)
    room = make_room(performance=performance)
    response = browser_of(customer).post(f"/basket/{hold.token}/again/")
    assert response["Location"] == address(room)


def test_a_second_tab_and_a_reload_keep_the_position(client):
    room = make_queue(capacity=1)
    post(client, room, "join/")
    first = client.cookies["queue_token"].value
    advance(room)
    for _ in range(3):
        post(client, room, "join/")
    status = {client.cookies["queue_token"].value, first}
    assert len({token.split(":")[0] for token in status}) == 1


def test_a_token_copied_to_another_browser_is_invalid(client):
    room = make_queue()
    post(client, room, "join/")
    later(room)
    thief = Client()
    thief.get("/visit.svg")
    thief.cookies["queue_token"] = client.cookies["queue_token"].value
    assert post(thief, room, "enter/")["Location"] == address(room)
    assert not Pass.objects.exists()


def test_a_forged_token_is_invalid(client):
    room = make_queue()
    post(client, room, "join/")
    body, rest = client.cookies["queue_token"].value.split(":", 1)
    for forged in (f"{body[:-2]}AA:{rest}", "x", "", f"{body}:{rest}x", "a:b:c"):
        client.cookies["queue_token"] = forged
        assert client.get(address(room, "place/")).status_code == 303
        assert post(client, room, "enter/")["Location"] == address(room)
    assert not Pass.objects.exists()


def test_a_token_of_another_performance_is_invalid(client):
    room, other = make_queue(), make_queue()
    post(client, room, "join/")
    later(other)
    assert post(client, other, "enter/")["Location"] == address(other)
    assert not Pass.objects.exists()


def test_the_waiting_page_works_without_javascript(client):
    room = make_queue(capacity=1)
    join_queue(room)
    post(client, room, "join/")
    text = text_of(client.get(address(room, "place/")))
    assert '<noscript><meta http-equiv="refresh"' in text
    assert "You keep your place" in text
    assert '<form method="post" action="' + address(room, "leave/") in text


def test_personal_pages_are_never_cached_and_the_others_are(client):
    room = make_queue()
    assert "s-maxage=1" in client.get(address(room))["Cache-Control"]
    assert (
        client.get(address(room, "status"))["Cache-Control"]
        == "public, max-age=1, stale-while-revalidate=1"
    )
    post(client, room, "join/")
    assert "no-store" in client.get(address(room, "place/"))["Cache-Control"]


def test_the_queue_status_is_the_same_for_all_and_has_an_etag(client):
    room = make_queue(gathering=True)
    join_queue(room)
    response = client.get(address(room, "status"))
    status = json.loads(response.content)
    assert status["state"] == "gathering"
    assert status["remaining"] == 50
    assert status["categories"] == [["Regular", "45.00", 50]]
    assert status["commitment"] == room.commitment
    assert status["seed"] is None and room.seed not in response.content.decode()
    again = client.get(address(room, "status"), HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


@pytest.mark.usefixtures("keep_caches")
def test_the_queue_status_is_built_once_a_second(client):
    room = make_queue()
    client.get(address(room, "status"))
    with CaptureQueriesContext(connection) as queries:
        for _ in range(50):
            assert Client().get(address(room, "status")).status_code == 200
    # No query, unless the one-second cache has just expired.
    assert len(queries) < 50


def test_the_seed_is_published_after_the_opening_and_the_draw_can_be_verified(client):
    room = make_queue(gathering=True)
    post(client, room, "join/")
    assert room.seed not in text_of(client.get(address(room, "draw/")))
    open_due(room)
    later(room)
    place = client.get(address(room, "place/"))
    shown = place.context["token"].draw_id
    text = text_of(client.get(address(room, "draw/") + f"?id={shown}"))
    assert room.seed in text
    assert f"place {place.context['progress'].position} of 1" in text


def test_it_says_at_once_when_it_is_sold_out(client):
    performance = make_sale(sections=[seated(rows=1, seats=2)])
    room = make_room(performance=performance, capacity=1)
    post(client, room, "join/")
    from bookings.models import Place

    Place.objects.update(state="blocked")
    later(room)
    assert json.loads(client.get(address(room, "status")).content)["sold_out"] is True
    assert "Sold out" in text_of(client.get(address(room, "place/")))
    assert "All tickets have been sold" in text_of(client.get(address(room)))


@pytest.mark.parametrize(("served", "seconds"), [(1, 9), (4, 3), (100, 2), (0.1, 20)])
def test_the_fewer_wait_the_more_often_they_poll(client, settings, served, seconds):
    settings.QUEUE_POLLS_PER_SECOND = served
    room = make_queue(capacity=1)
    for _ in range(10):
        join_queue(room)
    pass_time(room, seconds=2)
    assert json.loads(client.get(address(room, "status")).content)["poll_after"] == seconds


def test_places_in_baskets_do_not_count_as_sold_out(client):
    performance = make_sale(sections=[seated(rows=1, seats=2)])
    make_hold(performance=performance)
    room = make_room(performance=performance)
    status = json.loads(client.get(address(room, "status")).content)
    assert (status["remaining"], status["sold_out"]) == (0, False)


def test_a_message_of_staff_is_shown_to_everyone_waiting(client):
    room = make_queue(capacity=1)
    join_queue(room)
    post(client, room, "join/")
    announce(room=room, message="The band plays longer <b>tonight</b>.")
    later(room)
    text = text_of(client.get(address(room, "place/")))
    assert "The band plays longer &lt;b&gt;tonight&lt;/b&gt;." in text
    pause(room=room)
    later(room)
    assert "The queue is paused" in text_of(client.get(address(room, "place/")))
    close(room=room)
    later(room)
    assert "The queue is closed" in text_of(client.get(address(room, "place/")))
    assert post(Client(), room, "join/").status_code == 409


def test_leaving_ends_the_position_and_the_pass(client):
    room = make_queue()
    post(client, room, "join/")
    later(room)
    advance(room)
    post(client, room, "enter/")
    assert Pass.objects.valid().exists()
    assert post(client, room, "leave/")["Location"] == address(room)
    assert not Pass.objects.valid().exists()
    assert client.get(address(room, "place/"))["Location"] == address(room)


def test_an_expired_pass_leads_back_to_the_queue(client):
    room = make_queue()
    post(client, room, "join/")
    later(room)
    advance(room)
    post(client, room, "enter/")
    assert client.get(address(room, "place/"))["Location"] == f"/performances/{room.pk}/"
    later(room, minutes=20)
    assert "Your time to buy has ended" in text_of(client.get(address(room, "place/")))


def test_a_code_opens_its_lane_and_a_wrong_one_none(client):
    room = make_queue(gathering=True, lanes=[("Members", 4, "Blue Note")])
    assert "Access code (optional)" in text_of(client.get(address(room)))
    refused = post(client, room, "join/", {"code": "nonsense"})
    assert refused.status_code == 422 and "Wrong access code" in text_of(refused)
    post(client, room, "join/", {"code": " blue-note "})
    members = room.lanes.get(name="Members")
    assert client.get(address(room, "place/")).context["token"].lane_id == members.pk


def test_too_many_visitors_from_one_address_are_limited(client, settings):
    set_organisation(queue_address_limit=3)
    room = make_queue(gathering=True)
    statuses = [post(Client(), room, "join/").status_code for _ in range(5)]
    assert statuses == [303, 303, 303, 429, 429]
    response = post(Client(REMOTE_ADDR="192.0.2.7"), room, "join/")
    assert response.status_code == 303


def test_a_shared_network_has_a_higher_limit(client, settings):
    set_organisation(queue_address_limit=1)
    room = make_queue(gathering=True, shared_networks="192.0.2.0/24\nnonsense")
    campus = [Client(REMOTE_ADDR="192.0.2.7") for _ in range(4)]
    assert {post(one, room, "join/").status_code for one in campus} == {303}


def test_behind_a_proxy_only_the_address_it_sets_counts(settings):
    set_organisation(queue_address_limit=1)
    settings.PROXY_COUNT = 1
    room = make_queue(gathering=True)
    statuses = [
        post(Client(), room, "join/", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 192.0.2.9").status_code
        for n in range(3)
    ]
    assert statuses == [303, 429, 429]


@pytest.mark.parametrize("data", [{"website": "https://x.example"}, {"waited": "12"}])
def test_automated_requests_are_refused(client, data):
    room = make_queue()
    response = post(client, room, "join/", data)
    assert response.status_code == 422
    assert "place" not in response.cookies


def test_it_rejects_forms_of_other_sites(client):
    room = make_queue()
    for page in ("join/", "enter/", "leave/"):
        assert post(client, room, page, HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
        assert client.get(address(room, page)).status_code == 405


def test_without_a_waiting_room_there_is_no_page(client):
    room = make_queue(gathering=True, mode=WaitingRoom.Mode.OFF)
    for page in ("", "status", "place/", "draw/"):
        assert client.get(address(room, page), follow=True).status_code == 404
        assert client.get(f"/queue/999999/{page}", follow=True).status_code == 404
    assert post(client, room, "join/").status_code == 404


def test_a_draft_has_no_queue(client):
    room = make_queue()
    room.performance.status = "draft"
    room.performance.save()
    clear_room_cache()
    assert client.get(address(room)).status_code == 404


@pytest.mark.usefixtures("keep_caches")
def test_joining_makes_few_queries(client):
    room = make_queue()
    post(Client(), room, "join/")  # Reserves a block of numbers.
    client.get("/visit.svg")
    with CaptureQueriesContext(connection) as queries:
        post(client, room, "join/")
    assert len(queries) <= 2  # The rooms are read again once the one-second cache has expired.
