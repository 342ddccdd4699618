"""Cancel and reschedule performances in the admin: confirmed, and logged with actor and reason."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry, Order
from bookings.staff_operations.performance_cancellation import refund_cancelled_performances
from shows.models import Performance

from .factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRMED = {"confirmed": "yes", "reason": "The singer is ill."}


def staff(role=Role.MANAGER):
    browser = Client()
    browser.staff = make_staff(role)
    browser.force_login(browser.staff)
    return browser


def url(performance, name="change"):
    return reverse(f"admin:shows_performance_{name}", args=[performance.pk])


def new_time(performance, **more):
    local = performance.starts_at.astimezone(performance.venue.zone) + timedelta(days=7)
    return CONFIRMED | {"starts_at_0": f"{local:%Y-%m-%d}", "starts_at_1": "20:15"} | more


def test_cancelling_shows_the_consequences_first():
    order = make_paid_order()
    make_hold(performance=order.performance, labels=["A5"])
    page = staff().get(url(order.performance, "cancel_performance")).content.decode()
    assert "1 order with 2 tickets" in page
    assert "up to €90" in page
    assert "1 basket will be emptied" in page
    assert Performance.objects.get().takes_place


def test_cancelling_shows_its_progress():
    order, browser = make_paid_order(), staff()
    response = browser.post(url(order.performance, "cancel_performance"), CONFIRMED, follow=True)
    assert "0 of 1 orders refunded" in response.content.decode()
    refund_cancelled_performances()
    assert "1 of 1 orders refunded" in browser.get(url(order.performance)).content.decode()
    entry = LedgerEntry.objects.get(kind="cancel_performance")
    assert (entry.actor, entry.detail["reason"]) == (
        f"staff:{browser.staff.pk}",
        CONFIRMED["reason"],
    )
    assert "The singer is ill." in LogEntry.objects.get().change_message


def test_cancelling_needs_a_reason():
    performance = make_sale()
    response = staff().post(url(performance, "cancel_performance"), {"confirmed": "yes"})
    assert response.status_code == 422
    assert Performance.objects.get().takes_place


def test_a_past_performance_cannot_be_cancelled():
    performance = make_sale()
    Performance.objects.update(starts_at=timezone.now() - timedelta(days=1))
    answer = staff().post(url(performance, "cancel_performance"), CONFIRMED)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "is over" in page and f'value="{CONFIRMED["reason"]}"' in page
    assert Performance.objects.get().takes_place


def test_rescheduling_uses_venue_local_time():
    order, browser = make_paid_order(), staff()
    assert (
        "The tickets of 1 order stay valid"
        in browser.get(url(order.performance, "reschedule")).content.decode()
    )
    response = browser.post(
        url(order.performance, "reschedule"), new_time(order.performance), follow=True
    )
    assert "Rescheduled to" in response.content.decode()
    moved = Performance.objects.get()
    local = moved.starts_at.astimezone(moved.venue.zone)
    assert f"{local:%H:%M}" == "20:15"


def test_rescheduling_shows_errors():
    performance = make_sale()
    data = new_time(performance) | {"starts_at_0": "2020-01-01"}
    answer = staff().post(url(performance, "reschedule"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The new time is in the past." in page
    assert 'value="2020-01-01"' in page and f'value="{CONFIRMED["reason"]}"' in page


def test_complimentary_tickets_for_unavailable_seats_get_an_error():
    order = make_paid_order()
    data = CONFIRMED | {
        "name": "Grace",
        "email": "grace@example.org",
        "request_key": "abc",
        "places": "A1",
    }
    answer = staff().post(url(order.performance, "comps"), data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["places"]
    page = answer.content.decode()
    assert 'value="grace@example.org"' in page and re.search(r">\s*A1\s*</textarea>", page)
    assert Order.objects.count() == 1


def test_the_time_of_a_performance_on_sale_cannot_be_edited():
    performance = make_sale()
    page = staff().get(url(performance)).content.decode()
    assert 'name="starts_at_0"' not in page and 'name="on_sale_from_0"' in page


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
@pytest.mark.parametrize("name", ["cancel_performance", "reschedule"])
def test_only_managers_can_change_performances(role, name):
    performance = make_sale()
    data = new_time(performance)
    assert staff(role).post(url(performance, name), data).status_code == 403
    assert Performance.objects.get().rescheduled_at is None
    assert Performance.objects.get().takes_place
