"""The pages of a sale at the counter: seats, details and payment."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_user
from bookings.ledger.audit import audit
from bookings.models import Hold, Order, Place
from bookings.sale.holds import hold_seats
from organisation.tests.factories import set_organisation
from shows.questions import clear_cached_questions
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession, make_question

from .admin_pages import staff
from .factories import (
    make_customer,
    make_sale,
    seated,
    seats_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def checkout(performance, *labels):
    """Choose seats on the page and return the browser and the URL of the checkout."""
    browser, seats = staff(), seats_of(performance, *labels)
    data = {
        "action": "seats",
        "channel": "phone",
        "key": "abc",
        "_selected_action": [performance.places.get(seat=seat).pk for seat in seats],
    }
    response = browser.post(reverse("admin:shows_performance_sale", args=[performance.pk]), data)
    assert response.status_code == 302
    return browser, response["Location"]


def submit(browser, url, **data):
    quote = browser.get(url).context["quote"].token
    defaults = {"action": "sell", "quote": quote, "language": "en", "hours": "24"}
    return browser.post(url, defaults | data)


def test_emails_are_in_the_language_of_the_organisation_not_of_the_clerk():
    set_organisation(language="de")
    browser, url = checkout(make_sale(), "A1")
    page = browser.get(url, HTTP_ACCEPT_LANGUAGE="en")
    assert "Language of the e-mails" in page.content.decode()
    assert page.context["form"]["language"].value() == "de"


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
