"""Without a payment provider, free tickets are booked online and others sold by staff."""

import pytest

from bookings.exceptions import NotSoldOnline
from bookings.models import Hold, Order, Place, TicketChange
from bookings.sale.holds import hold_standing
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from bookings.seat_selection.holding import hold_best
from payments.models import Payment
from shows.emails import lowest_price
from shows.models import Performance, PriceCategory
from shows.online_sales import online_price
from shows.terms import clear_cached_terms
from waitingroom.cookies import COOKIE
from waitingroom.tests.factories import make_room

from .browsing import browser_of, filled_in
from .factories import (
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

MIXED = {"Regular": 45, "Gallery": 0}
NOT_ONLINE = "These tickets cannot be paid for online. Please buy them at the box office."


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def mixed():
    """Make a performance with stalls at 45.00 and a free gallery."""
    sections = [seated(), seated(name="Gallery", category="Gallery"), standing()]
    return make_sale(sections=sections, prices=MIXED | {"Standing": 30})


@pytest.fixture
def no_provider(settings):
    settings.PAYMENT_PROVIDER = "none"


def page_of(client, sale):
    return client.get(f"/performances/{sale.pk}/").content.decode()


def test_the_page_says_where_tickets_are_sold_and_offers_none(client, settings):
    sale = make_sale()
    assert "Find seats" in page_of(client, sale)
    settings.PAYMENT_PROVIDER = "none"
    text = page_of(make_client(), sale)
    assert "Tickets are not sold online." in text
    assert "Please buy them at the box office or at the door." in text
    assert "Find seats" not in text and "data-hold-button" not in text


@pytest.mark.usefixtures("no_provider")
def test_lists_offer_no_tickets_where_none_are_sold_online(client):
    show = make_sale().show
    for path in ("/", "/shows/", show.get_absolute_url(), f"{show.get_absolute_url()}?dates=list"):
        page = client.get(path).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert "Only at the box office" in main, path
        assert "€" not in main and ">Tickets<" not in main and "and tickets" not in main, path
    performance = show.performances.with_price_range().get()
    assert lowest_price(performance) == "only at the box office"


@pytest.mark.usefixtures("no_provider")
def test_lists_offer_tickets_where_some_are_free(client, mixed):
    page = client.get(mixed.show.get_absolute_url()).content.decode()
    assert "On sale" in page and ">Tickets<" in page and "Only at the box office" not in page


@pytest.mark.usefixtures("no_provider")
def test_lists_name_no_price_where_only_a_concession_is_sold_online(client):
    show = make_sale(concessions={"Child": 100}).show
    for path in ("/", "/shows/", show.get_absolute_url(), f"{show.get_absolute_url()}?dates=list"):
        page = client.get(path).content.decode()
        main = page.partition("<main")[2].partition("</main>")[0]
        assert show.title in main and "Only at the box office" not in main, path
        assert "€" not in main, path
    performance = show.performances.with_price_range().get()
    assert (performance.price_from, online_price(performance)) == (45, None)
    assert lowest_price(performance) == ""


@pytest.mark.parametrize("prices", [{"Regular": 45}, {"Regular": 0}])
def test_lists_name_the_lowest_price_that_everybody_can_have(prices, settings):
    sale = make_sale(prices=prices, concessions={"Child": 100})
    performance = Performance.objects.with_price_range().get(pk=sale.pk)
    assert online_price(performance) == prices["Regular"]
    settings.PAYMENT_PROVIDER = "none"
    assert online_price(performance) == (None if prices["Regular"] else 0)


def make_client():
    from django.core.cache import cache
    from django.test import Client

    from core.shared_cache import clear_shared_cache

    cache.clear()
    clear_shared_cache()
    return Client()


@pytest.mark.usefixtures("no_provider")
def test_the_page_of_a_mixed_performance_offers_free_tickets(client, mixed):
    text = page_of(client, mixed)
    assert "Only free tickets can be booked online." in text
    assert "Find seats" in text
    assert "Gallery, €0" in text and "Regular, €45" not in text
    assert "standing-form" not in text  # Of the standing section, at 30.00.


@pytest.mark.usefixtures("no_provider")
@pytest.mark.parametrize("data", [{"seat": ["A1"]}, {"best": "1", "quantity": "2"}])
def test_what_cannot_be_bought_cannot_be_held(client, data):
    sale = make_sale()
    if "seat" in data:
        data = {"seat": seats_of(sale, *data["seat"])}
    answer = client.post(f"/performances/{sale.pk}/hold/", data)
    assert answer.status_code == 409
    assert NOT_ONLINE in answer.content.decode()
    assert not Hold.objects.exists() and not Place.objects.held_at().exists()


@pytest.mark.usefixtures("no_provider")
def test_nobody_joins_the_queue_of_what_they_cannot_buy(client):
    room = make_room(performance=make_sale())
    page = client.get(f"/queue/{room.pk}/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Tickets are not sold online." in page and "<form" not in main
    answer = client.post(f"/queue/{room.pk}/join/")
    assert answer.status_code == 409
    assert "Please buy them at the box office or at the door." in answer.content.decode()
    assert COOKIE not in client.cookies
    answer = client.post(f"/api/v1/performances/{room.pk}/queue", {}, "application/json")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "Tickets are not sold online. Please buy them at the box office or at the door.",
    )
    assert not room.lanes.exclude(seen=0).exists()


@pytest.mark.usefixtures("no_provider")
def test_the_queue_of_a_mixed_performance_can_be_joined(client, mixed):
    room = make_room(performance=mixed)
    assert client.post(f"/queue/{room.pk}/join/").status_code == 303


@pytest.mark.usefixtures("no_provider")
def test_standing_places_with_a_price_cannot_be_held(mixed, alice):
    floor = section_of(mixed, "Floor")
    with pytest.raises(NotSoldOnline):
        hold_standing(performance_id=mixed.pk, section_id=floor.pk, quantity=2, customer=alice)
    assert not Place.objects.held_at().exists()


@pytest.mark.usefixtures("no_provider")
def test_the_best_seats_are_found_among_free_ones(mixed, alice):
    held = hold_best(performance_id=mixed.pk, quantity=2, customer=alice)
    assert {line.category for line in quote_hold(held.hold).lines} == {"Gallery"}
    with pytest.raises(NotSoldOnline):
        hold_best(performance_id=mixed.pk, quantity=2, customer=alice, categories=["Regular"])


@pytest.mark.usefixtures("no_provider")
def test_a_free_ticket_can_be_booked(alice):
    hold = make_hold(performance=make_sale(prices={"Regular": 0}), customer=alice)
    browser = browser_of(alice)
    page = browser.get(hold.get_absolute_url())
    assert "Order free tickets" in page.content.decode()
    answer = browser.post(hold.get_absolute_url(), filled_in(page))
    order = Order.objects.get()
    assert (answer.status_code, order.status) == (303, "paid")
    assert not Payment.objects.exists()


@pytest.mark.usefixtures("no_provider")
def test_only_a_free_concession_can_be_booked(alice):
    sale = make_sale(concessions={"Child": 100})
    hold = make_hold(performance=sale, customer=alice, labels=["A1"])
    browser = browser_of(alice)
    page = browser.get(hold.get_absolute_url())
    assert "can't be paid online" in page.content.decode()
    refused = browser.post(hold.get_absolute_url(), filled_in(page))
    assert refused.status_code == 409
    assert NOT_ONLINE in refused.content.decode()
    assert not Order.objects.exists()
    (place,) = hold.places.all()
    child = sale.concessions.get()
    chosen = browser.post(
        f"{hold.get_absolute_url()}concessions/", {f"concession-{place.pk}": child.pk}
    )
    bought = browser.post(hold.get_absolute_url(), filled_in(chosen))
    assert (bought.status_code, Order.objects.get().status) == (303, "paid")


def test_an_earlier_basket_says_so_and_cannot_be_ordered(alice, settings):
    hold = make_hold(customer=alice)
    settings.PAYMENT_PROVIDER = "none"
    browser = browser_of(alice)
    page = browser.get(hold.get_absolute_url())
    text = page.content.decode()
    assert "Tickets for €90 can't be paid online." in text
    assert "Order and pay" not in text and "You'll pay on the next page" not in text
    with pytest.raises(NotSoldOnline):
        place_order(
            hold=hold,
            quote_token=quote_hold(hold).token,
            customer=alice,
            email="a@example.org",
            name="A",
        )
    assert not Order.objects.exists()


def test_an_earlier_order_says_so_and_cannot_be_paid(alice, settings):
    order = make_order(customer=alice)
    payment = start_order_payment(order=order, return_url="/")
    settings.PAYMENT_PROVIDER = "none"
    browser = browser_of(alice)
    text = browser.get(order.get_absolute_url()).content.decode()
    assert "This order can't be paid online." in text and ">Pay €90<" not in text
    answer = browser.post(f"{order.get_absolute_url()}pay/", follow=True)
    assert NOT_ONLINE in answer.content.decode()
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, payment.status) == ("pending", "open")


def test_tickets_cannot_be_changed_to_more_expensive_ones(alice, settings):
    sale = make_sale(concessions={"Child": 50})
    hold = make_hold(performance=sale, customer=alice, labels=["A1"])
    hold.concessions = {str(hold.places.get().pk): sale.concessions.get().pk}
    hold.save()
    order = make_paid_order(hold=hold)
    assert order.total == 22.5
    ticket = order.tickets.get()
    settings.PAYMENT_PROVIDER = "none"
    browser, url = browser_of(alice), f"{order.get_absolute_url()}change/"
    data = {f"holder-{ticket.pk}": ticket.holder, f"concession-{ticket.pk}": ""}
    confirmation = browser.post(url, data)
    text = confirmation.content.decode()
    assert "This can't be paid online." in text and "Order and pay" not in text
    answer = browser.post(url, data | {"seen": confirmation.context["difference"].token})
    assert answer.status_code == 409
    assert NOT_ONLINE in answer.content.decode()
    assert not TicketChange.objects.exists() and Payment.objects.count() == 1


def test_a_price_that_rises_before_ordering_is_not_free(alice, settings):
    sale = make_sale(prices={"Regular": 0})
    settings.PAYMENT_PROVIDER = "none"
    hold = make_hold(performance=sale, customer=alice)
    PriceCategory.objects.update(price=10)
    clear_cached_terms(sale.pk)
    with pytest.raises(NotSoldOnline):
        make_order(hold=hold)
    settings.PAYMENT_PROVIDER = "demo"
    pay(make_order(hold=hold))
    assert Order.objects.get().status == "paid"
