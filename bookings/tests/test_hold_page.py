"""Hold places from the page of a performance."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Hold, Place
from bookings.sale.holds import hold_seats
from bookings.seatmap.snapshots import snapshot_of
from shows.models import Performance
from shows.terms import clear_cached_terms

from .browsing import HTMX
from .factories import make_customer, make_hold, make_sale, seated, seats_of, standing

pytestmark = pytest.mark.django_db


def post(client, performance, data, **headers):
    return client.post(f"/performances/{performance.pk}/hold/", data, **headers)


def held_labels():
    places = Place.objects.held_at().select_related("seat").order_by("pk")
    return [f"{place.seat.row}{place.seat.number}" for place in places]


def test_it_holds_the_selected_seats_and_redirects_to_the_basket(client):
    performance = make_sale()
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2")})
    hold = Hold.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/basket/{hold.token}/")
    assert held_labels() == ["A1", "A2"]
    assert client.get(response["Location"]).status_code == 200


def test_with_htmx_it_shows_the_basket_beside_the_map(client):
    performance = make_sale()
    seats = seats_of(performance, "A1", "A2")
    response = post(client, performance, {"seat": seats}, **HTMX)
    text = response.content.decode()
    assert response.status_code == 200
    assert f'data-held="{seats[0]} {seats[1]} "' in text
    assert "<html" not in text
    assert response["HX-Trigger-After-Settle"] == "places-held"
    assert response.cookies["basket"].value.startswith("2.")


def test_a_new_visitor_gets_a_cookie(client):
    performance = make_sale()
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2")})
    assert "visitor" in response.cookies
    again = post(client, performance, {"seat": seats_of(performance, "A3", "A4")})
    assert "visitor" not in again.cookies
    assert Hold.objects.count() == 1


def test_a_double_click_holds_once(client):
    performance = make_sale()
    client.get("/visit.svg")
    for _ in range(2):
        post(client, performance, {"best": "1", "quantity": "2"})
    assert len(held_labels()) == 2


def test_it_holds_the_best_with_all_its_options(client):
    sections = [
        seated(name="Stalls", category="Gold", rows=2, seats=6),
        seated(name="Circle", category="Silver", rows=2, seats=6, kinds={"B6": "wheelchair"}),
    ]
    performance = make_sale(sections=sections, prices={"Gold": 80, "Silver": 40})
    silver = performance.price_categories.get(name="Silver")
    data = {"best": "1", "quantity": "1", "category": silver.pk, "accessible": "on"}
    assert post(client, performance, data).status_code == 303
    assert held_labels() == ["B6"]
    post(client, performance, {"best": "1", "quantity": "3", "max_price": "40.00"})
    seats = Place.objects.held_at().values_list("seat__category", flat=True)
    assert set(seats) == {"Silver"}


def test_it_says_when_a_group_is_split(client):
    performance = make_sale(sections=[seated(rows=2, seats=2)])
    data = {"best": "1", "quantity": "4"}
    assert (
        "as close as possible"
        in client.get(post(client, performance, data)["Location"]).content.decode()
    )


def test_it_holds_standing_places(client):
    performance = make_sale(sections=[standing(capacity=10)])
    assert post(client, performance, {"section": "floor", "quantity": "3"}).status_code == 303
    assert Place.objects.held_at().count() == 3


def test_a_selection_that_leaves_a_single_seat_is_refused_and_stays_selected(client):
    performance = make_sale()
    seats = seats_of(performance, "A2", "A3")
    response = post(client, performance, {"seat": seats})
    text = response.content.decode()
    assert response.status_code == 422
    assert "Stalls, row A, seat 1" in text and 'role="alert"' in text
    assert text.count(" checked>") == 2
    assert Hold.objects.count() == 0


def test_with_htmx_the_refusal_is_shown_beside_the_map(client):
    performance = make_sale()
    response = post(client, performance, {"seat": seats_of(performance, "A2", "A3")}, **HTMX)
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#answer"
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_holds_the_rest_names_unavailable_seats_and_offers_others(client, headers):
    performance = make_sale()
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A2"])
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2")}, **headers)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Just sold: Stalls, row A, seat 2" in text
    assert "Still reserved for you: Stalls, row A, seat 1" in text
    assert "Take these instead" in text
    assert held_labels() == ["A1", "A2"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_offers_others_when_all_are_unavailable(client, headers):
    performance = make_sale()
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A1", "A2"])
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2")}, **headers)
    seats = seats_of(performance, "A1", "A2")
    assert response.status_code == 409
    assert f'data-unavailable-seats="{seats[0]} {seats[1]} "' in response.content.decode()
    assert response.context["answer"]["offer"].together
    assert Hold.objects.count() == 1


def test_the_map_is_current_although_the_snapshot_is_a_second_old(client):
    performance = make_sale()
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A1", "A2"])
    seats = seats_of(performance, "A1", "A2")
    text = post(client, performance, {"seat": seats}).content.decode()
    assert text.count(" disabled>") == 2
    boxes = re.findall(rf'<input type="checkbox"[^>]* value="{seats[0]}"[^>]*>', text)
    end = ' aria-label="Stalls, row A, seat 1, €45, unavailable" disabled>'
    assert [box.endswith(end) for box in boxes] == [True]


def test_the_offer_can_be_accepted_with_one_button(client):
    performance = make_sale()
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A2"])
    requested = seats_of(performance, "A1", "A2")
    answer = post(client, performance, {"seat": requested}).context["answer"]
    data = {"instead": "1", "seat": answer["offer"].seat_ids, "replaces": answer["replaces"]}
    assert post(client, performance, data).status_code == 303
    own_places = Place.objects.held_at().filter(hold=answer["hold"])
    assert set(own_places.values_list("seat_id", flat=True)) == set(answer["offer"].seat_ids)


INVALID = [
    {},
    {"seat": "abc"},
    {"seat": "-1"},
    {"seat": "١"},
    {"seat": "9" * 400},
    {"seat": "999999999"},
    {"seat": list(range(1, 400))},
    {"seat": list(range(1, 10_001))},
    {"best": "1"},
    {"best": "1", "quantity": "-1"},
    {"best": "1", "quantity": "NaN"},
    {"best": "1", "quantity": "1000000000"},
    {"best": "1", "quantity": "2", "category": "999999"},
    {"best": "1", "quantity": "2", "category": "x"},
    {"best": "1", "quantity": "2", "max_price": "NaN"},
    {"best": "1", "quantity": "2", "max_price": "-5"},
    {"section": "nowhere", "quantity": "1"},
    {"section": "stalls", "quantity": "1"},
    {"section": "floor", "quantity": "0"},
    {"section": "floor", "quantity": "-1"},
    {"section": "floor", "quantity": "NaN"},
    {"section": "floor", "quantity": "1000000000"},
    {"section": "\x00", "quantity": "1"},
    {"section": "floor"},
    {"seat": "1", "instead": "1", "replaces": "x"},
]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_invalid_requests_get_a_message(client, headers, subtests):
    performance = make_sale(sections=[seated(), standing()])
    for data in INVALID:
        with subtests.test(data=str(data)[:60]):
            response = post(client, performance, data, **headers)
            assert response.status_code in (409, 422)
            assert 'role="alert"' in response.content.decode()
            assert not Hold.objects.exists()


def test_it_shows_the_open_section_again(client):
    performance = make_sale(sections=[seated(rows=30, seats=30)])
    response = client.post(f"/performances/{performance.pk}/hold/?section=stalls", {"seat": "x"})
    assert response.content.decode().count('name="seat"') == 900
    response = client.post(f"/performances/{performance.pk}/hold/?section=nowhere", {"seat": "x"})
    assert response.status_code == 422


def test_links_in_a_refusal_lead_to_pages(client):
    performance = make_sale(sections=[seated(rows=30, seats=30)])
    text = post(client, performance, {"seat": "x"}).content.decode()
    links = set(re.findall(r'href="([^"#]*section=[^"#]*)', text))
    assert links == {f"/performances/{performance.pk}/?section=stalls"}


def test_it_refuses_before_the_sale(client):
    performance = make_sale()
    Performance.objects.update(status="cancelled")
    clear_cached_terms()
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2")})
    assert response.status_code == 409
    assert "not on sale" in response.content.decode()


def test_it_refuses_more_than_the_customer_limit(client):
    performance = make_sale(customer_limit=2)
    response = post(client, performance, {"seat": seats_of(performance, "A1", "A2", "A3")})
    assert response.status_code == 422
    assert "Maximum 2 tickets per person." in response.content.decode()


def test_it_rejects_forms_of_other_sites(client):
    performance = make_sale()
    seats = {"seat": seats_of(performance, "A1", "A2")}
    for header in ({"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://evil.example"}):
        response = post(client, performance, seats, **header)
        assert response.status_code == 403
        assert "another site" in response.content.decode()
    assert not Hold.objects.exists()


def test_it_accepts_post_only_and_public_performances_only(client):
    performance = make_sale()
    assert client.get(f"/performances/{performance.pk}/hold/").status_code == 405
    assert client.post("/performances/999999/hold/").status_code == 404
    Performance.objects.update(status="draft")
    clear_cached_terms()
    assert post(client, performance, {}).status_code == 404


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_seats(client):
    performance = make_sale(sections=[seated(rows=30, seats=30)], customer_limit=20)
    client.get("/visit.svg")
    post(client, performance, {"seat": seats_of(performance, "Z1", "Z2")})

    def count(*labels):
        with CaptureQueriesContext(connection) as queries:
            response = post(client, performance, {"seat": seats_of(performance, *labels)})
        assert response.status_code == 303
        return len(queries)

    assert count("A1", "A2") == count(*(f"B{number}" for number in range(1, 13)))


def test_a_seat_held_by_someone_else_is_unavailable(client):
    performance = make_sale(sections=[seated(rows=1, seats=4)])
    hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance),
        customer=make_customer(),
        enforce_limits=False,
    )
    response = post(client, performance, {"best": "1", "quantity": "2"})
    assert response.status_code == 409
    assert "find 2 seats like this" in response.content.decode()
