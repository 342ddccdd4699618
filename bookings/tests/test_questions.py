"""Questions at the checkout: from the admin's list to every place that shows the answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.answers import change_answers
from bookings.aftersale.personal_data import personal_data_of
from bookings.aftersale.ticket_changes import CannotChange
from bookings.checkout_fields import labelled
from bookings.ledger.audit import audit
from bookings.ledger.retention import anonymise_customer
from bookings.models import LedgerEntry, Order, Place, Ticket
from bookings.sale.customers import Customer
from bookings.staff_operations.ticket_moves import move_tickets
from shows.models import Performance
from shows.questions import all_questions, clear_cached_questions
from shows.terms import clear_cached_terms
from shows.tests.factories import make_question, make_show

from .browsing import browser_of, filled_in
from .factories import make_customer, make_hold, make_paid_order, make_sale, make_user, pay

pytestmark = pytest.mark.django_db(transaction=True)

MEALS = {"en": ["Meat", "Vegetarian"], "de": ["Fleisch", "Vegetarisch"]}


def basket(performance=None, user=None):
    customer = make_customer(user=user)
    hold = make_hold(performance=performance or make_sale(), customer=customer)
    clear_cached_questions()
    return browser_of(customer), hold


def places_of(hold):
    return list(hold.places.order_by("pk").values_list("pk", flat=True))


def bought(**fields):
    """Make a paid order that answers one question per order and one per ticket."""
    heard, meal = make_question(), make_question("Meal", kind="choice", choices=MEALS, per="ticket")
    browser, hold = basket(**fields)
    first, second = places_of(hold)
    answers = {heard.pk: "Radio", f"{meal.pk}-{first}": "Meat", f"{meal.pk}-{second}": "Vegetarian"}
    sent = {f"question_{name}": value for name, value in answers.items()}
    url = hold.get_absolute_url()
    assert browser.post(url, filled_in(browser.get(url), **sent)).status_code == 303
    order = Order.objects.get()
    pay(order)
    order.refresh_from_db()
    return order, browser, heard, meal


def test_the_form_asks_and_the_order_and_its_tickets_keep_the_answers():
    order, browser, heard, meal = bought()
    first, second = order.tickets.order_by("place_id")
    assert order.details[f"question_{heard.pk}"] == "Radio"
    assert first.details == {f"question_{meal.pk}": "Meat"}
    assert second.details == {f"question_{meal.pk}": "Vegetarian"}
    assert labelled(order.details) == [("How did you hear of us?", "Radio")]
    page = browser.get(order.get_absolute_url()).content.decode()
    assert "<dt>Meal</dt><dd>Vegetarian</dd>" in page and "Radio" in page
    assert audit() == []


def test_labels_and_choices_are_in_the_language_of_the_customer():
    order, *_more = bought()
    with translation.override("de"):
        assert labelled(order.tickets.order_by("place_id").last().details) == [
            ("Meal", "Vegetarisch")
        ]
    question = make_question({"en": "Coat check", "de": "Garderobe"}, kind="yes_no")
    clear_cached_questions()
    with translation.override("de"):
        term = all_questions()[f"question_{question.pk}"]
        assert (term.label, term.text_of("yes")) == ("Garderobe", "Ja")


@pytest.mark.parametrize(
    ("fields", "answer", "message"),
    [
        ({"is_required": True}, "", "This field is required."),
        ({}, "x" * 301, "at most 300 characters"),
        ({"kind": "choice", "choices": MEALS}, "Fish", "Select a valid choice."),
        ({"kind": "yes_no", "is_required": True}, "", "This field is required."),
        ({"kind": "phone"}, "call me", "Enter a phone number, such as"),
        ({"kind": "phone"}, "+1", "Enter a phone number, such as"),
    ],
)
def test_faults_are_beside_the_field_and_nothing_is_lost(fields, answer, message):
    question = make_question(**fields)
    browser, hold = basket()
    url = hold.get_absolute_url()
    sent = filled_in(browser.get(url), **{f"question_{question.pk}": answer}, name="Zoë")
    page = browser.post(url, sent)
    html = page.content.decode()
    assert page.status_code == 422
    error = html.split(f'id="id_question_{question.pk}_error"')[1][:200]
    assert message in error
    assert "Zoë" in html and (answer in html or fields.get("kind") == "choice")
    assert not Order.objects.exists()


def test_faults_of_a_ticket_are_beside_it():
    question = make_question("Meal", kind="choice", choices=MEALS, per="ticket", is_required=True)
    browser, hold = basket()
    first, second = places_of(hold)
    url = hold.get_absolute_url()
    sent = filled_in(browser.get(url), **{f"question_{question.pk}-{first}": "Meat"})
    page = browser.post(url, sent).content.decode()
    assert f'id="id_question_{question.pk}-{second}_error"' in page
    assert f'id="id_question_{question.pk}-{first}_error"' not in page
    assert '<option value="Meat" selected>' in page


def test_what_was_typed_stays_when_another_button_is_pressed():
    question = make_question("Meal", per="ticket")
    browser, hold = basket()
    place = places_of(hold)[0]
    url = hold.get_absolute_url()
    sent = filled_in(browser.get(url), **{f"question_{question.pk}-{place}": "Soup"})
    assert 'value="Soup"' in browser.post(f"{url}extend/", sent).content.decode()


def test_all_answers_together_have_a_limit():
    questions = [make_question(per="order") for _ in range(90)]
    browser, hold = basket()
    url = hold.get_absolute_url()
    sent = filled_in(browser.get(url), **{f"question_{one.pk}": "ä" * 300 for one in questions})
    page = browser.post(url, sent)
    assert page.status_code == 422
    assert "Your answers are too long." in page.content.decode()


def test_a_question_is_asked_where_it_belongs():
    sale, other = make_sale(), make_sale(show=make_show(title="Other"))
    make_question("Of the show", show=sale.show)
    make_question("Of the venue", venue=sale.venue)
    make_question("Of another venue", venue=other.venue)
    make_question("Of the other", performance=other)
    make_question("Not any more", is_active=False)
    browser, hold = basket(performance=sale)
    page = browser.get(hold.get_absolute_url()).content.decode()
    assert "Of the show" in page and "Of the venue" in page
    assert "Of another venue" not in page
    assert "Of the other" not in page and "Not any more" not in page


def test_a_purchase_reads_no_more_than_without_questions(
    django_assert_max_num_queries, keep_caches
):
    def queries(**fields):
        browser, hold = basket(performance=make_sale())
        url = hold.get_absolute_url()
        sent = filled_in(browser.get(url))
        with django_assert_max_num_queries(100) as captured:
            assert browser.post(url, sent).status_code == 303
        return len(captured)

    before = queries()
    make_question()
    assert queries() == before


def test_staff_who_see_addresses_see_them_in_the_admin():
    order, *_more = bought()
    page = reverse("admin:bookings_order_change", args=[order.pk])
    for role, is_shown in ((Role.BOX_OFFICE, True), (Role.FINANCE, False)):
        browser = Client()
        browser.force_login(make_staff(role))
        html = browser.get(page).content.decode()
        assert ("Radio" in html and "Vegetarian" in html) == is_shown


def test_answers_move_with_the_ticket():
    order, _browser, _heard, meal = bought()
    ticket = order.tickets.order_by("place_id").first()
    free = Place.objects.open_at().filter(performance=order.performance).first()
    move_tickets(order=order, moves={ticket.pk: free.pk}, actor="test", reason="A pillar")
    ticket.refresh_from_db()
    assert (ticket.place_id, ticket.details) == (free.pk, {f"question_{meal.pk}": "Meat"})


class TestChanges:
    def url(self, order):
        return f"{order.get_absolute_url()}change/"

    def names(self, order, heard, meal):
        first, second = order.tickets.order_by("place_id")
        meal = f"question_{meal.pk}"
        return f"question_{heard.pk}", f"{meal}-{first.place_id}", f"{meal}-{second.place_id}"

    def test_customers_change_their_answers_until_the_show(self):
        order, browser, heard, meal = bought()
        own, first, second = self.names(order, heard, meal)
        page = browser.get(self.url(order)).content.decode()
        assert 'value="Radio"' in page and '<option value="Meat" selected>' in page
        sent = {own: "", first: "Vegetarian", second: "Vegetarian"}
        assert browser.post(self.url(order), sent).status_code in (302, 303)
        order.refresh_from_db()
        assert labelled(order.details) == []
        assert {ticket.details[f"question_{meal.pk}"] for ticket in order.tickets.all()} == {
            "Vegetarian"
        }
        entry = LedgerEntry.objects.filter(kind="change").get()
        assert entry.detail["what"] == "answers" and "Vegetarian" not in str(entry.detail)
        assert audit() == []

    def test_faults_are_beside_the_field(self):
        order, browser, heard, meal = bought()
        _own, first, _second = self.names(order, heard, meal)
        page = browser.post(self.url(order), {first: "Fish"})
        assert page.status_code == 422
        assert f'id="id_{first}_error"' in page.content.decode()

    def test_fixed_answers_stay(self):
        order, browser, heard, meal = bought()
        heard.is_changeable = False
        heard.save()
        clear_cached_questions()
        own, first, second = self.names(order, heard, meal)
        assert own not in browser.get(self.url(order)).content.decode()
        browser.post(self.url(order), {own: "Poster", first: "Meat", second: "Meat"})
        order.refresh_from_db()
        assert order.details[own] == "Radio"

    def test_nothing_changes_once_the_show_has_begun(self):
        order, _browser, heard, meal = bought()
        begun = timezone.now() - timedelta(minutes=1)
        Performance.objects.filter(pk=order.performance_id).update(starts_at=begun)
        clear_cached_terms()
        own, *_tickets = self.names(order, heard, meal)
        with pytest.raises(CannotChange):
            change_answers(order=order, details={own: "Poster"}, actor="test")


def test_answers_are_forgotten_with_the_customer_and_in_the_copy_of_their_data():
    user = make_user()
    order, _browser, _heard, meal = bought(user=user)
    data = personal_data_of(user)["orders"][0]
    assert ("How did you hear of us?", "Radio") in data["answers"]
    assert [ticket["answers"] for ticket in data["tickets"]] == [
        [("Meal", "Meat")],
        [("Meal", "Vegetarian")],
    ]
    anonymise_customer(Order.objects.filter(pk=order.pk), "Guest", "guest@anonymous.invalid")
    assert Order.objects.get().details == {}
    assert all(ticket.details == {} for ticket in Ticket.objects.all())


def test_a_guest_order_of_another_browser_does_not_show_answers():
    order, *_more = bought()
    stranger = browser_of(Customer("somebody-else"))
    assert stranger.get(order.get_absolute_url()).status_code == 404
    assert make_paid_order().details == {}
