"""The door sees the answers that it needs."""

import pytest

from bookings.checkout_fields import door_answers
from bookings.models import Order
from bookings.tests.factories import make_paid_order
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
