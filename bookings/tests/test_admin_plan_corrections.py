import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry
from bookings.tests.corrected_plans import (
    changed,
    correct,
    corrected_performance,
    rename,
    without,
)
from bookings.tests.factories import make_hold, make_paid_order
from emails.models import OutboxEmail

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "admin:shows_performance_correct_plan"


@pytest.fixture
def performance():
    return corrected_performance()


@pytest.fixture
def manager(client):
    client.force_login(make_staff(Role.MANAGER))
    return client


def post(client, performance, plan, shown=""):
    data = {"confirmed": "yes", "plan": plan.pk, "reason": "Wrong label", "shown": shown}
    return client.post(reverse(NAME, args=[performance.pk]), data, follow=True)


def test_a_manager_sees_what_changes_and_corrects_it(manager, performance):
    make_paid_order(hold=make_hold(performance=performance, labels=["A3"]))
    plan = changed(performance, rename("A-3", number="33"))

    page = manager.get(reverse(NAME, args=[performance.pk]))
    assert "1 seat renamed: Stalls A 3 → Stalls A 33" in page.content.decode()
    done = post(manager, performance, plan, page.context["form"].initial["shown"])

    assert "1 ticket has a new seat name" in done.content.decode()
    performance.refresh_from_db()
    assert performance.plan == plan
    assert LedgerEntry.objects.get(kind="correct_plan").detail["reason"] == "Wrong label"


def test_another_version_is_shown_before_it_is_used(manager, performance):
    first = changed(performance, rename("A-3", number="33"))
    changed(performance, without("A-6"))

    page = post(manager, performance, first)

    performance.refresh_from_db()
    assert performance.plan != first
    assert "1 seat renamed" in page.content.decode()
    post(manager, performance, first, page.context["form"].data["shown"])
    performance.refresh_from_db()
    assert performance.plan == first


def test_a_refusal_names_the_seats(manager, performance):
    make_paid_order(hold=make_hold(performance=performance, labels=["A6"]))
    plan = changed(performance, without("A-6"))
    shown = manager.get(reverse(NAME, args=[performance.pk])).context["form"].initial["shown"]

    page = post(manager, performance, plan, shown)

    assert page.status_code == 422
    assert "missing in the new version: Stalls, row A, seat 6" in page.content.decode()


def test_it_says_when_there_is_no_other_version(manager, performance):
    page = manager.get(reverse(NAME, args=[performance.pk]))

    assert "no other version" in page.content.decode()


def test_an_older_version_is_only_chosen_by_hand(manager, performance):
    older = performance.plan
    correct(performance, changed(performance, rename("A-3", number="33")))

    page = manager.get(reverse(NAME, args=[performance.pk]))

    assert "no newer version" in page.content.decode()
    assert page.context["form"]["plan"].value() is None
    assert older in page.context["form"].fields["plan"].queryset
    page = post(manager, performance, older)
    assert "Stalls A 33 → Stalls A 3" in page.content.decode()
    post(manager, performance, older, page.context["form"].data["shown"])
    performance.refresh_from_db()
    assert performance.plan == older


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_others_cannot(client, performance, role):
    client.force_login(make_staff(role))

    assert client.get(reverse(NAME, args=[performance.pk])).status_code == 403


def test_an_email_is_offered_with_its_preview_and_not_ticked(manager, performance):
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A3"]))
    plan = changed(performance, rename("A-3", number="33"))
    page = manager.get(reverse(NAME, args=[performance.pk]))
    text = page.content.decode()
    assert "1 customer with an e-mail address" in text and "New seat names for" in text
    assert "Stalls, row A, seat 3 → Stalls, row A, seat 33" in text and order.key not in text
    assert not page.context["form"]["notify"].value()
    data = {
        "confirmed": "yes",
        "plan": plan.pk,
        "reason": "Wrong label",
        "shown": page.context["form"].initial["shown"],
        "notify": "on",
    }
    done = manager.post(reverse(NAME, args=[performance.pk]), data, follow=True)
    assert "1 customer gets an e-mail" in done.content.decode()
    assert OutboxEmail.objects.get(kind="seats_renamed").to == order.email


def test_no_email_is_offered_when_no_ticket_is_renamed(manager, performance):
    changed(performance, rename("A-3", number="33"))
    assert (
        "e-mail address" not in manager.get(reverse(NAME, args=[performance.pk])).content.decode()
    )
