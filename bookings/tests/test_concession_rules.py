"""Groups, early birds, minimum, maximum and members: the server decides who gets which price."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import User
from bookings.aftersale.ticket_changes import (
    ConcessionsRefused,
    change_concessions,
    concessions_for,
    difference_of,
)
from bookings.exceptions import QuoteChanged
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.sale import orders
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import Customer
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_places
from core.testing.races import losers, race
from shows.terms import clear_cached_terms, terms_of
from shows.tests.factories import make_concession

from .browsing import browser_of, fields_of, filled_in
from .factories import make_customer, make_hold, make_paid_order, make_sale, make_user

pytestmark = pytest.mark.django_db(transaction=True)

TWELVE = [f"{row}{number}" for row in "AB" for number in range(1, 7)]


def make_member(**fields):
    user = make_user()
    User.objects.filter(pk=user.pk).update(**{"member_number": "M-1"} | fields)
    user.refresh_from_db()
    return user


def held(*, labels=("A1", "A2"), chosen=None, customer=None, **rules):
    """Hold seats at 45.00 with a concession of these rules chosen for `chosen` of them, or all."""
    performance = make_sale(customer_limit=20)
    concession = make_concession(performance=performance, **rules)
    clear_cached_terms(performance.pk)
    hold = make_hold(performance=performance, labels=labels, customer=customer)
    places = list(hold.places.order_by("pk").values_list("pk", flat=True))
    picked = dict.fromkeys(places[:chosen], concession.pk)
    return choose_concessions(hold=hold, chosen=picked)


def prices(hold, user=None):
    return [line.price for line in quote_hold(hold, user).lines]


def refusals(hold, user=None):
    return [line.refusal for line in quote_hold(hold, user).lines]


def buy(hold, token=None, user=None):
    return place_order(
        hold=hold,
        quote_token=token or quote_hold(hold, user).token,
        customer=Customer(hold.visitor, user),
        email="alice@example.org",
        name="Alice Archer",
    )


@pytest.mark.parametrize(
    ("method", "value", "price"),
    [
        ("percent", 20, "36.00"),
        ("amount", "12.50", "32.50"),
        ("amount", 90, "0.00"),
        ("price", 15, "15.00"),
        ("price", 99, "45.00"),
    ],
)
def test_a_concession_is_a_percentage_an_amount_off_or_a_set_price(method, value, price):
    hold = held(method=method, value=value, chosen=1)
    assert prices(hold) == [Decimal(price), Decimal(45)]


def test_a_performance_can_have_another_value_than_the_list():
    hold = held(method="amount", value=10, chosen=1)
    concession = hold.performance.concessions.get()
    concession.set_value(Decimal(5))
    concession.save()
    clear_cached_terms()
    assert prices(hold) == [Decimal(40), Decimal(45)]
    concession.kind.concessions.update(percent_off=None, amount=None)
    clear_cached_terms()
    assert prices(hold) == [Decimal(35), Decimal(45)]


def test_group_prices_need_that_many_tickets_of_any_price():
    hold = held(labels=TWELVE[:9], chosen=4, group_from=10)
    assert prices(hold) == [Decimal(45)] * 9
    assert refusals(hold)[0] == "This price needs 10 tickets in the order."
    group = held(labels=TWELVE[:10], chosen=4, group_from=10, name="Big group")
    assert prices(group) == [Decimal(36)] * 4 + [Decimal(45)] * 6
    assert refusals(group) == [""] * 10


def test_the_maximum_gives_the_first_tickets_the_price():
    hold = held(labels=("A1", "A2", "A3"), max_per_order=2)
    assert prices(hold) == [Decimal(36), Decimal(36), Decimal(45)]
    assert refusals(hold)[2] == "At most 2 tickets at this price per order."


def test_the_minimum_counts_tickets_at_the_price():
    hold = held(labels=("A1", "A2", "A3"), chosen=1, min_per_order=2)
    assert refusals(hold)[0] == "At least 2 tickets at this price per order."
    pair = held(labels=("A1", "A2", "A3"), chosen=2, min_per_order=2, name="Pair")
    assert prices(pair) == [Decimal(36), Decimal(36), Decimal(45)]


@pytest.mark.parametrize(("days", "price"), [(29, 36), (31, 45)])
def test_early_birds_end_days_before_the_show(days, price):
    hold = held(until_days=days, chosen=1)  # The show is in 30 days.
    assert prices(hold)[0] == price
    assert refusals(hold)[0].startswith("This price was available until") == (price == 45)


@pytest.mark.parametrize(("days", "price"), [(0, 36), (-1, 45)])
def test_early_birds_end_after_their_last_day_at_the_venue(days, price):
    today = timezone.now().astimezone(terms_of(make_sale().pk).zone).date()
    hold = held(until_date=today + timedelta(days=days), chosen=1)
    assert prices(hold)[0] == price


def test_members_prices_are_for_members():
    hold = held(members_only=True, chosen=1)
    assert prices(hold, make_member())[0] == 36
    assert refusals(hold)[0] == "For members. Please log in to your member account."
    other = make_user()
    assert refusals(hold, other)[0] == "For members. Your account has no valid membership."


@pytest.mark.parametrize(
    "ended",
    [
        {"member_until": timezone.now().date() - timedelta(days=2)},
        {"member_number": ""},
        {"is_active": False},
    ],
)
def test_an_ended_membership_counts_no_more(ended):
    hold = held(members_only=True, chosen=1)
    assert prices(hold, make_member(**ended))[0] == 45


def test_nobody_buys_with_the_token_of_a_price_that_is_refused():
    hold = held(members_only=True)
    as_member = quote_hold(hold, make_member()).token
    with pytest.raises(QuoteChanged):
        buy(hold, as_member)
    assert not Order.objects.exists()


def test_the_basket_says_at_the_field_why_and_lets_guests_log_in():
    alice = make_customer()
    hold = held(customer=alice, members_only=True, chosen=1)
    browser = browser_of(alice)
    page = browser.get(hold.get_absolute_url())
    place = page.context["rows"][0]["line"].place
    html = page.content.decode()
    assert f'aria-describedby="refusal-{place}"' in html
    assert "For members. Please log in to your member account. You pay the full price." in html
    assert f"/accounts/login/?next={hold.get_absolute_url()}" in html.split(f"refusal-{place}")[2]
    assert page.context["quote"].total == 90
    # The choice is kept, so that it applies after logging in.
    assert fields_of(page)[f"concession-{place}"] == str(hold.performance.concessions.get().pk)


def test_a_member_who_logs_in_pays_the_members_price():
    member = make_member()
    alice = make_customer(user=member)
    hold = held(customer=alice, members_only=True, chosen=1)
    browser = browser_of(alice)
    page = browser.get(hold.get_absolute_url())
    assert page.context["quote"].total == 81
    browser.post(hold.get_absolute_url(), filled_in(page))
    assert Order.objects.get().total == 81


def test_a_sold_order_keeps_its_prices_when_the_list_changes():
    order = make_paid_order(hold=held(chosen=1))
    kind = order.performance.concessions.get().kind
    kind.value, kind.group_from = 90, 10
    kind.save()
    clear_cached_terms()
    order.refresh_from_db()
    assert [line["price"] for line in order.quote] == ["36.00", "45.00"]
    assert sorted(ticket.price for ticket in order.tickets.all()) == [36, 45]
    assert audit() == []


class TestChangesAfterTheSale:
    def bought(self, user=None, **rules):
        performance = make_sale()
        make_concession(performance=performance, name="Member", value=100, **rules)
        clear_cached_terms(performance.pk)
        hold = make_hold(performance=performance, customer=make_customer(user=user))
        return make_paid_order(hold=hold, user=user)

    def change(self, order, names):
        tickets = list(order.tickets.select_related("place").order_by("pk"))
        chosen = {ticket.pk: name for ticket, name in zip(tickets, names, strict=True)}
        seen = difference_of(order=order, tickets=tickets, concessions=chosen).token
        return change_concessions(order=order, concessions=chosen, seen=seen, actor="test")

    def test_nobody_gives_themselves_a_members_price(self):
        order = self.bought(members_only=True)
        with pytest.raises(ConcessionsRefused, match="For members"):
            self.change(order, ["Member", "Member"])
        assert {ticket.price for ticket in order.tickets.all()} == {45}

    def test_a_member_may_choose_it_later(self):
        order = self.bought(user=make_member(), members_only=True)
        self.change(order, ["Member", ""])
        assert sorted(ticket.price for ticket in order.tickets.all()) == [0, 45]

    def test_a_maximum_and_a_group_hold_for_the_order_after_the_change(self):
        order = self.bought(max_per_order=1)
        with pytest.raises(ConcessionsRefused, match="At most 1 ticket"):
            self.change(order, ["Member", "Member"])
        self.change(order, ["Member", ""])

    def test_ended_prices_are_not_offered_any_more(self):
        order = self.bought(until_days=60)
        ticket = order.tickets.select_related("place").first()
        terms = terms_of(order.performance_id)
        assert [term for term, *_ in concessions_for(ticket, terms, "web")] == [None]

    def test_the_page_says_at_the_field_why(self):
        order = self.bought(members_only=True)
        ticket = order.tickets.first()
        browser = browser_of(Customer(order.visitor))
        url = f"{order.get_absolute_url()}change/"
        page = browser.post(url, {f"concession-{ticket.pk}": "Member"})
        assert page.status_code == 422
        assert f'aria-describedby="unknown-{ticket.pk}"' in page.content.decode()
        assert "For members. Please log in to your member account." in page.content.decode()


def test_a_group_price_and_fewer_tickets_never_go_together():
    """One tab places the order of a group while another removes half of it."""
    for turn in range(3):
        hold = held(labels=TWELVE[:10], group_from=10, name=f"Group {turn}")
        seen = quote_hold(hold).token
        half = list(hold.places.order_by("pk").values_list("pk", flat=True)[:5])
        outcomes = race(
            lambda hold=hold, seen=seen: buy(hold, seen),
            lambda hold=hold, half=half: release_places(hold=hold, place_ids=half, actor="test"),
        )
        losers(outcomes, QuoteChanged)
        for order in Order.objects.filter(hold=hold):
            assert (order.quantity, order.total) == (10, 360)
    assert audit() == []


def test_without_the_second_quote_a_small_group_would_get_the_price(monkeypatch):
    hold = held(labels=TWELVE[:10], group_from=10)
    stale = quote_hold(hold)
    half = list(hold.places.order_by("pk").values_list("pk", flat=True)[:5])
    release_places(hold=hold, place_ids=half, actor="test")
    monkeypatch.setattr(orders, "quote_places", lambda *args, **options: stale)
    assert buy(hold, stale.token).total == 360


def test_two_tabs_cannot_choose_more_than_the_maximum():
    """Each tab chooses the price for another ticket; one of them pays the full price."""
    performance = make_sale()
    concession = make_concession(performance=performance, max_per_order=1)
    clear_cached_terms(performance.pk)
    hold = make_hold(performance=performance)
    first, second = hold.places.order_by("pk").values_list("pk", flat=True)
    outcomes = race(
        lambda: choose_concessions(hold=hold, chosen={first: concession.pk}),
        lambda: choose_concessions(hold=hold, chosen={second: concession.pk}),
    )
    assert losers(outcomes, Exception) == []
    hold.refresh_from_db()
    assert hold.concessions == {str(first): concession.pk, str(second): concession.pk}
    assert prices(hold) == [Decimal(36), Decimal(45)]
    assert buy(hold).total == 81


def test_a_membership_that_ends_before_the_order_gives_no_price():
    """The page was shown to a member; staff end the membership; the order is refused."""
    member = make_member()
    hold = held(members_only=True, customer=make_customer(user=member))
    seen = quote_hold(hold, member).token
    User.objects.filter(pk=member.pk).update(member_number="")
    member.refresh_from_db()
    with pytest.raises(QuoteChanged) as refusal:
        buy(hold, seen, member)
    assert refusal.value.quote.total == 90
