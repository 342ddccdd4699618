"""The door sees the answers that it needs, and asks."""

import pytest

from accounts.roles import Role
from bookings.checkout_fields import door_answers
from bookings.models import Order, Place
from bookings.tests.factories import make_paid_order, make_sale
from shows.questions import clear_cached_questions
from shows.tests.factories import make_question

from .factories import door_client

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_door_sees_access_requirements_but_no_phone_number():
    access, phone = make_question({}, kind="access"), make_question({}, kind="phone")
    clear_cached_questions()
    order = make_paid_order()
    answers = {f"question_{access.pk}": "Hearing loop", f"question_{phone.pk}": "+49 30 123456"}
    Order.objects.filter(pk=order.pk).update(details=answers)
    ticket = order.tickets.select_related("order").first()
    assert door_answers(ticket) == [("Access requirements", "Hearing loop")]
    answer = door_client().post(f"/door/{order.performance_id}/check/", {"ticket": ticket.pk})
    html = answer.content.decode()
    assert "Access requirements: <strong>Hearing loop</strong>" in html
    assert "123456" not in html


def test_the_clerk_at_the_door_asks_and_need_not():
    access = make_question({}, kind="access", is_required=True)
    meal = make_question("Meal", per="ticket", is_required=True)
    clear_cached_questions()
    performance = make_sale()
    browser, url = start_at_the_door(performance)
    page = browser.get(url).content.decode()
    assert "Access requirements" in page and page.count("Meal") == 2
    first, second = Place.objects.held_at().order_by("pk").values_list("pk", flat=True)
    answers = {f"question_{access.pk}": "Ramp", f"question_{meal.pk}-{second}": "Soup"}
    long = browser.post(url, {"method": "terminal", **answers, f"question_{access.pk}": "x" * 301})
    assert long.status_code == 422 and "at most 300 characters" in long.content.decode()
    assert browser.post(url, {"method": "terminal", **answers}).status_code == 302
    order = Order.objects.get()
    assert order.status == "paid" and order.details[f"question_{access.pk}"] == "Ramp"
    kept = {ticket.place_id: ticket.details for ticket in order.tickets.all()}
    assert kept == {first: {}, second: {f"question_{meal.pk}": "Soup"}}


def test_without_questions_the_payment_page_asks_nothing():
    browser, url = start_at_the_door(make_sale())
    assert "Questions" not in browser.get(url).content.decode()


def start_at_the_door(performance):
    browser = door_client(Role.BOX_OFFICE)
    sale = {"what": "any", "quantity": "2", "key": "k1"}
    response = browser.post(f"/door/{performance.pk}/sell/", sale)
    assert response.status_code == 302, response.context["form"].errors
    return browser, response["Location"]
