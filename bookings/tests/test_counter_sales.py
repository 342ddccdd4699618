"""Sales at the counter and by phone: what is held, ordered and paid, and for whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.exceptions import HoldLapsed, NotSoldOnline, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import Allocation, Hold, Order, Place
from bookings.sale.customers import StaffCustomer
from bookings.sale.guest_places import hold_guest_places
from bookings.sale.holds import extend_hold, hold_seats
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold, sweep_lapsed_holds
from bookings.sale.reservations import lapse_reservations, reserve_order
from bookings.staff_operations.allocations import allocate_places, release_allocation
from bookings.staff_operations.comps import issue_held_comps
from bookings.staff_operations.counter_payments import take_payment
from bookings.staff_operations.counter_sales import (
    CounterSelection,
    counter_visitor,
    hold_for_sale,
    order_sale,
)
from bookings.staff_operations.customer_search import find_customers
from core.testing.races import losers, race, winners
from emails.models import OutboxEmail
from organisation.models import Channel
from organisation.tests.factories import set_organisation
from shows.questions import clear_cached_questions
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession, make_question

from .factories import (
    age_hold,
    make_customer,
    make_paid_order,
    make_sale,
    pay,
    seated,
    seats_of,
    section_of,
    standing,
)

pytestmark = pytest.mark.django_db(transaction=True)


def customer(key="1", channel=Channel.COUNTER):
    return StaffCustomer(visitor=counter_visitor(key), channel=channel)


def places_of(performance, *labels):
    return [performance.places.get(seat=seat).pk for seat in seats_of(performance, *labels)]


def hold(performance, *labels, key="1", channel=Channel.COUNTER, **selection):
    return hold_for_sale(
        performance_id=performance.pk,
        selection=CounterSelection(
            place_ids=tuple(places_of(performance, *labels)) if labels else (), **selection
        ),
        customer=customer(key, channel),
    )


def order_of(sale, **more):
    data = {"name": "Alice Archer", "email": "alice@example.org", "language": "en"} | more
    return order_sale(hold=sale, quote_token=quote_hold(sale).token, customer=customer(), **data)


def guest_hold(performance, *labels):
    return allocate_places(
        performance=performance,
        place_ids=places_of(performance, *labels),
        name="Press",
        actor="test",
    )


def test_neither_the_limit_nor_the_dates_stop_staff():
    performance = make_sale(customer_limit=2, on_sale_from=timezone.now() + timedelta(days=3))
    sale = hold(performance, "A1", "A2", "A3", "B1")
    assert (sale.channel, sale.places.count()) == ("counter", 4)
    paid = take_payment(order=order_of(sale), method="terminal", staff=make_staff(Role.BOX_OFFICE))
    assert (paid.status, paid.quantity, paid.user, paid.channel) == ("paid", 4, None, "counter")
    assert audit() == []


def test_seats_and_standing_places_are_held_all_or_none():
    performance = make_sale(sections=[seated(), standing(capacity=3)])
    floor = section_of(performance, "Floor").pk
    with pytest.raises(PlacesUnavailable):
        hold(performance, "A1", standing={floor: 4})
    assert not Place.objects.held_at().exists()
    assert hold(performance, "A1", standing={floor: 3}).places.count() == 4
    assert audit() == []


def test_the_same_form_sells_once():
    performance = make_sale()
    assert hold(performance, "A1") == hold(performance, "A1") == hold(performance, "B1")
    assert Hold.objects.get().places.count() == 1


def test_a_seat_of_a_guest_hold_returns_there_unless_it_is_sold():
    performance = make_sale()
    press = guest_hold(performance, "A1", "A2", "A3", "A4")
    first, second = hold(performance, "A1", "B1"), hold(performance, "A2", key="2")
    assert audit() == []
    release_hold(hold=first, actor="test")
    assert set(performance.places.blocked()) == set(
        performance.places.filter(pk__in=places_of(performance, "A1", "A3", "A4"))
    )
    take_payment(order=order_of(second), method="terminal", staff=make_staff(Role.BOX_OFFICE))
    third = hold(performance, "A3", key="3")
    release_allocation(allocation=press, actor="test")
    release_hold(hold=third, actor="test")
    # Its guest hold was released meanwhile.
    assert performance.places.get(pk=places_of(performance, "A3")[0]).state == "available"
    assert press.places.count() <= 1
    assert audit() == []


def test_a_seat_of_a_guest_hold_goes_back_when_the_sale_is_forgotten():
    performance = make_sale()
    guest_hold(performance, "A1")
    sale = hold(performance, "A1", "B1")
    extend_hold(hold=sale, actor="test")
    Hold.objects.filter(pk=sale.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    sale.places.filter(seat__row="B").update(held_until=timezone.now() - timedelta(seconds=1))
    (seat,) = seats_of(performance, "A1")
    with pytest.raises(PlacesUnavailable):  # Nobody can take it before it is swept.
        hold_seats(performance_id=performance.pk, seat_ids=[seat], customer=make_customer())
    sweep_lapsed_holds()
    states = dict(
        performance.places.filter(seat__in=seats_of(performance, "A1", "B1")).values_list(
            "seat__row", "state"
        )
    )
    assert states == {"A": "blocked", "B": "available"}
    assert Allocation.objects.get().places.count() == 1
    assert audit() == []


def test_two_clerks_sell_a_held_seat_once():
    performance = make_sale()
    guest_hold(performance, "A1")
    (place,) = places_of(performance, "A1")

    def sell(number):
        return hold_guest_places(
            performance_id=performance.pk, place_ids=[place], customer=customer(str(number))
        )

    outcomes = race(*(lambda n=n: sell(n) for n in range(4)))
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, PlacesUnavailable)) == 3
    assert Hold.objects.count() == 1


def test_blocked_seats_are_not_sold():
    performance = make_sale()
    performance.places.filter(pk__in=places_of(performance, "A1")).block()
    with pytest.raises(PlacesUnavailable):
        hold(performance, "A1")


def test_a_link_reserves_the_seats_until_it_expires():
    performance = make_sale()
    guest_hold(performance, "A1")
    order = order_of(hold(performance, "A1", "B1", channel=Channel.PHONE))
    until = timezone.now() + timedelta(hours=2)
    order = reserve_order(order=order, payable_until=until, actor="test", by_link=True)
    assert (order.status, order.pays_by_link) == ("reserved", True)
    assert OutboxEmail.objects.get().kind == "payment_link"
    assert audit() == []
    page = Client().get(f"{order.get_absolute_url()}?key={order.key}", follow=True)
    assert "Pay €90" in page.content.decode() and "IBAN" not in page.content.decode()
    Order.objects.filter(pk=order.pk).update(payable_until=timezone.now())
    assert lapse_reservations() == 1
    assert performance.places.filter(state="available").count() == 50


def test_the_customer_of_a_link_pays_online():
    order = order_of(hold(make_sale(), "B1"))
    until = timezone.now() + timedelta(hours=2)
    order = reserve_order(order=order, payable_until=until, actor="test", by_link=True)
    pay(order)
    order.refresh_from_db()
    assert (order.status, order.tickets.valid().count()) == ("paid", 1)
    assert audit() == []


def test_no_link_is_sent_where_nothing_is_paid_online(settings):
    settings.PAYMENT_PROVIDER = "none"
    order = order_of(hold(make_sale(), "B1"))
    with pytest.raises(NotSoldOnline):
        reserve_order(
            order=order,
            payable_until=timezone.now() + timedelta(hours=2),
            actor="test",
            by_link=True,
        )


def test_a_sale_becomes_complimentary_even_after_an_attempt_to_pay():
    performance = make_sale()
    guest_hold(performance, "A1")
    sale = hold(performance, "A1", "B1")
    pending = order_of(sale)
    free = {"name": "Paula", "email": "", "actor": "test", "reason": "Press."}
    order = issue_held_comps(hold=sale, **free)
    assert (order.pk, order.reference, order.total) == (pending.pk, pending.reference, 0)
    assert (order.status, order.quantity, order.note) == ("paid", 2, "Press.")
    assert issue_held_comps(hold=sale, **free) == order
    assert Allocation.objects.get().places.count() == 0
    assert audit() == []


def test_nothing_is_complimentary_once_the_reservation_expired():
    sale = hold(make_sale(), "B1")
    age_hold(sale, minutes=20)
    with pytest.raises(HoldLapsed):
        issue_held_comps(hold=sale, name="", email="", actor="test", reason="Press.")


def test_customers_are_found_by_a_part_of_their_name_or_address():
    make_paid_order()
    make_paid_order(email="ALICE@example.org")
    make_user("zoe@example.org", name="Zoë Archer")
    make_user("clerk@example.org", name="Clara Archer", is_staff=True)
    assert [one.email for one in find_customers("rch")] == ["alice@example.org", "zoe@example.org"]
    assert [one.name for one in find_customers("zoe")] == ["Zoë Archer"]
    assert find_customers("a") == find_customers("xyz") == []


def staff(role):
    browser = Client()
    browser.force_login(make_staff(role))
    return browser


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.BOX_OFFICE, 200), (Role.MANAGER, 200), (Role.FINANCE, 403), (Role.DOOR, 403)],
)
def test_only_those_who_sell_look_customers_up(role, status):
    make_paid_order()
    response = staff(role).get(reverse("admin:bookings_order_customers"), {"q": "alice"})
    assert response.status_code == status
    assert (b"alice@example.org" in response.content) == (status == 200)


def test_emails_are_in_the_language_of_the_organisation_not_of_the_clerk():
    set_organisation(language="de")
    browser, url = checkout(make_sale(), "A1")
    page = browser.get(url, HTTP_ACCEPT_LANGUAGE="en")
    assert "Language of the e-mails" in page.content.decode()
    assert page.context["form"]["language"].value() == "de"


def checkout(performance, *labels):
    """Choose seats on the page and return the browser and the URL of the checkout."""
    browser = staff(Role.BOX_OFFICE)
    data = {
        "action": "seats",
        "channel": "phone",
        "key": "abc",
        "_selected_action": places_of(performance, *labels),
    }
    response = browser.post(reverse("admin:shows_performance_sale", args=[performance.pk]), data)
    assert response.status_code == 302
    return browser, response["Location"]


def submit(browser, url, **data):
    quote = browser.get(url).context["quote"].token
    defaults = {"action": "sell", "quote": quote, "language": "en", "hours": "24"}
    return browser.post(url, defaults | data)


def test_cash_needs_an_open_till_and_nothing_is_lost_without_one():
    performance = make_sale()
    browser, url = checkout(performance, "A1")
    page = submit(browser, url, name="Bob", method="cash", received="50")
    assert page.status_code == 409
    assert "Open a till" in page.content.decode() and 'value="Bob"' in page.content.decode()
    assert not Order.objects.paid().exists()
    assert submit(browser, url, name="Bob", method="terminal").status_code == 302
    assert Order.objects.get().status == "paid"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "Choose how it is paid."),
        ({"method": "cash", "received": "44"}, "This is less than the total of €45."),
        ({"method": "link", "name": "Bob"}, "Enter the address that gets the e-mail."),
        ({"method": "free"}, "Enter a reason for complimentary tickets."),
        # Its seller has no bank account.
        (
            {"method": "invoice", "name": "Bob", "email": "b@example.org"},
            "Select a valid choice.",
        ),
    ],
)
def test_it_says_what_is_missing_beside_the_field(data, error):
    browser, url = checkout(make_sale(), "A1")
    page = submit(browser, url, **data)
    assert page.status_code == 422
    assert error in page.content.decode().replace("&#x27;", "'")
    assert not Order.objects.exists()


def test_a_changed_price_is_shown_before_it_is_taken():
    performance = make_sale()
    browser, url = checkout(performance, "A1")
    page = submit(browser, url, method="terminal", quote="other")
    assert page.status_code == 409
    assert "The total has changed." in page.content.decode()
    assert not Order.objects.exists()


def test_a_member_gets_the_members_price_by_their_number():
    performance = make_sale()
    make_concession(performance=performance, name="Member", value=40, members_only=True)
    clear_cached_terms(performance.pk)
    member = make_user("alice@example.com", name="Alice Archer", member_number="M-7")
    browser, url = checkout(performance, "A1")
    assert "Member, €27" not in browser.get(url).content.decode()
    place = Place.objects.held_at().get().pk
    chosen = {f"concession-{place}": performance.concessions.get().pk}

    wrong = browser.post(url, chosen | {"action": "update", "member": "M-8"}).content.decode()
    assert "There is no valid membership with this number." in wrong and "Total: €45" in wrong
    sell = {"method": "terminal", "language": "en", "hours": "24", "action": "sell"}
    assert browser.post(url, chosen | sell | {"member": "M-8"}).status_code == 422

    page = browser.post(url, chosen | {"action": "update", "member": "M-7"})
    html = page.content.decode()
    assert "Total: €27" in html and "Member: Alice Archer" in html and 'value="M-7"' in html
    quote = page.context["quote"].token
    # Without the number, the token of the members' price buys nothing.
    assert browser.post(url, chosen | sell | {"quote": quote}).status_code == 409
    assert browser.post(url, chosen | sell | {"quote": quote, "member": "M-7"}).status_code == 302
    order = Order.objects.get()
    assert (order.total, order.user, order.status) == (27, member, "paid")
    assert order.tickets.get().concession == "Member"
    assert audit() == []


def test_the_clerk_enters_answers():
    access = make_question({}, kind="access", is_required=True)
    meal = make_question("Meal", per="ticket", is_required=True)
    clear_cached_questions()
    browser, url = checkout(make_sale(), "A1")
    page = browser.get(url).content.decode()
    assert "Access requirements" in page and "Meal" in page
    place = Place.objects.held_at().get().pk
    answers = {f"question_{access.pk}": "Ramp", f"question_{meal.pk}-{place}": "Soup"}
    kept = browser.post(url, answers | {"action": "update"}).content.decode()
    assert 'value="Ramp"' in kept and 'value="Soup"' in kept
    long = submit(browser, url, method="terminal", **answers | {f"question_{access.pk}": "x" * 301})
    assert long.status_code == 422 and "at most 300 characters" in long.content.decode()
    submit(browser, url, method="terminal", **answers)
    order = Order.objects.get()
    assert order.details[f"question_{access.pk}"] == "Ramp"
    assert order.tickets.get().details == {f"question_{meal.pk}": "Soup"}


def test_complimentary_tickets_keep_their_answers():
    meal = make_question("Meal", per="ticket")
    access = make_question({}, kind="access")
    clear_cached_questions()
    browser, url = checkout(make_sale(), "A1")
    place = Place.objects.held_at().get().pk
    answers = {f"question_{access.pk}": "Ramp", f"question_{meal.pk}-{place}": "Soup"}
    submit(browser, url, method="free", reason="Press", **answers)
    order = Order.objects.get()
    assert (order.total, order.details[f"question_{access.pk}"]) == (0, "Ramp")
    assert order.tickets.get().details == {f"question_{meal.pk}": "Soup"}


def test_the_clerk_need_not_answer_required_questions():
    make_question(is_required=True)
    clear_cached_questions()
    browser, url = checkout(make_sale(), "A1")
    assert submit(browser, url, method="terminal").status_code == 302


def test_the_sale_is_cancelled_or_extended():
    performance = make_sale()
    browser, url = checkout(performance, "A1")
    before = Hold.objects.get().expires_at
    browser.post(url, {"action": "extend"})
    assert Hold.objects.get().expires_at > before
    assert browser.post(url, {"action": "cancel"}).status_code == 302
    assert not Place.objects.held_at().exists()


def test_other_roles_do_not_sell_and_other_baskets_are_not_shown():
    performance = make_sale()
    _browser, url = checkout(performance, "A1")
    page = reverse("admin:shows_performance_sale", args=[performance.pk])
    assert staff(Role.FINANCE).get(page).status_code == 403
    assert staff(Role.DOOR).get(url).status_code == 403
    other = hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, "B1"),
        customer=make_customer(),
    ).hold
    shown = reverse("admin:shows_performance_checkout", args=[performance.pk, other.token])
    assert staff(Role.MANAGER).get(shown).status_code == 404


def test_the_map_keeps_what_was_selected_in_other_sections():
    performance = make_sale(sections=[seated(), seated(name="Circle")])
    (place,) = performance.places.filter(section__name="Circle", seat__row="A", seat__number="1")
    url = reverse("admin:shows_performance_sale", args=[performance.pk])
    slug = performance.plan.sections.get(name="Stalls").slug
    page = staff(Role.BOX_OFFICE).post(
        url, {"show": slug, "key": "k", "_selected_action": [place.pk]}
    )
    assert page.status_code == 200
    assert f'value="{place.pk}" data-label="Circle, row A, seat 1" checked' in page.content.decode()
