"""Field changes by staff."""

import json
from contextvars import Context
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import PASSWORD, make_staff, make_user
from api.keys import make_key, revoke_key
from api.models import ApiKey, Endpoint
from api.webhooks.endpoints import disable, rotate_secret
from bookings.staff_operations.price_changes import change_prices
from bookings.tests.browsing import browser_of, filled_in
from bookings.tests.factories import make_customer, make_hold, make_sale
from shows.models import PriceCategory
from shows.pricing import PriceChange
from shows.repeat_performance import repeat_performance
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from staff_activity.actor import acting_as
from staff_activity.models import FieldChange, SignIn, StaffAction
from staff_activity.tests.admin_forms import form_of, recorded
from waitingroom import controls
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db


def test_changes_in_the_admin_are_recorded_by_field(admin, manager):
    venue = make_venue(name="Old Gasworks", city="Berlin")
    url = reverse("admin:venues_venue_change", args=[venue.pk])
    response = admin.post(url, form_of(admin.get(url), city="Bonn"), REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 302, response.context["errors"]
    assert recorded() == [("venue", {"city": ["Berlin", "Bonn"]})]
    change = FieldChange.objects.get()
    assert (change.actor, change.remote_addr) == (manager, "192.0.2.7")
    assert change.actor_email == manager.email
    assert change.object_repr == "Old Gasworks, Bonn"


def test_a_forged_client_address_is_not_recorded(admin):
    venue = make_venue()
    url = reverse("admin:venues_venue_change", args=[venue.pk])
    admin.post(url, form_of(admin.get(url), city="Bonn"), headers={"X-Forwarded-For": "6.6.6.6"})
    assert FieldChange.objects.get().remote_addr == "127.0.0.1"


def test_unchanged_fields_are_not_recorded(admin):
    venue = make_venue()
    url = reverse("admin:venues_venue_change", args=[venue.pk])
    admin.post(url, form_of(admin.get(url)))
    assert recorded() == []


def test_role_changes_are_recorded_with_the_difference(admin, manager):
    clerk = make_staff(Role.DOOR)
    url = reverse("admin:accounts_user_change", args=[clerk.pk])
    finance = Role.FINANCE.value
    group = clerk.groups.model.objects.get(name=finance)
    response = admin.post(url, form_of(admin.get(url), groups=[group.pk], is_staff="on"))
    assert response.status_code == 302, response.context["errors"]
    lists = {row["groups"]["operation"]: row["groups"]["objects"] for _kind, row in recorded()}
    assert lists == {"delete": ["Door"], "add": ["Finance"]}


def test_a_password_change_is_recorded_without_the_password(admin):
    clerk = make_staff(Role.DOOR)
    before = clerk.password
    url = reverse("admin:auth_user_password_change", args=[clerk.pk])
    new = {"usable_password": "true", "password1": "ten new words", "password2": "ten new words"}
    assert admin.post(url, new).status_code == 302
    clerk.refresh_from_db()
    assert clerk.password != before
    assert recorded() == [("user", {"password": ["•••", "•••"]})]
    words = StaffAction.objects.get().change_message
    assert clerk.password not in words and "ten new words" not in words


def test_staff_changing_their_own_password_are_recorded(client, manager):
    client.force_login(manager)
    client.post("/accounts/login/", {})
    form = {"oldpassword": PASSWORD, "password1": "ten new words", "password2": "ten new words"}
    client.post("/accounts/password/change/", form)
    assert ("user", {"password": ["•••", "•••"]}) in recorded()


def test_no_secret_is_ever_recorded(manager):
    with acting_as(manager):
        key, text = make_key(owner=manager, name="Till", scopes=["orders"])
        endpoint = Endpoint.objects.create(
            owner=manager, name="Ledger", url="https://example.org/", events=["order.paid"]
        )
        rotate_secret(endpoint=endpoint)
    written = json.dumps([row.changes for row in FieldChange.objects.all()]) + str(
        list(FieldChange.objects.values_list("object_repr", "serialized_data"))
    )
    endpoint.refresh_from_db()
    for secret in (text, key.digest, endpoint.salt, endpoint.previous_salt):
        assert secret not in written
    assert recorded()[-1] == ("endpoint", {"salt": ["•••", "•••"]})


def test_operations_called_by_staff_are_recorded(manager):
    """Operations that use `update()` would be missed."""
    with acting_as(manager):
        key, _text = make_key(owner=manager, name="Till", scopes=["orders"])
        revoke_key(key=key)
        endpoint = Endpoint.objects.create(
            owner=manager, name="Ledger", url="https://example.org/", events=["order.paid"]
        )
        disable(endpoint=endpoint, because="noisy")
    fields = [(kind, set(changes)) for kind, changes in recorded()]
    assert ("apikey", {"revoked_at"}) in fields
    assert ("endpoint", {"disabled_at", "disabled_reason"}) in fields
    assert ApiKey.objects.get().revoked_at and not Endpoint.objects.get().is_enabled


@pytest.mark.django_db(transaction=True)
def test_price_and_queue_changes_are_recorded():
    performance = make_sale()
    room = make_room(performance=performance)
    category = PriceCategory.objects.get()
    price = PriceChange(
        category_id=category.pk,
        performance_id=performance.pk,
        name=category.name,
        currency="EUR",
        old_price=category.price,
        old_fee=category.fee,
        price=category.price + 5,
        fee=category.fee,
    )
    with acting_as(make_staff(Role.MANAGER)):
        change_prices(performance=performance, changes=[price], actor="t", reason="-")
        controls.set_pace(room=room, capacity=70, rate=None)
        controls.close(room=room)
    assert recorded()[0] == ("pricecategory", {"price": ["45.00", "50.00"]})
    assert recorded()[1] == ("waitingroom", {"capacity": [str(room.capacity), "70"]})
    assert set(recorded()[2][1]) == {"closed_at"}


def test_copies_are_recorded_like_new_objects(manager):
    performance = make_performance(concessions={"Pupils": 50})
    starts = [performance.starts_at + timedelta(days=days) for days in (1, 2)]
    with acting_as(manager, "192.0.2.7"):
        copies = repeat_performance(performance=performance, starts=starts)
    lines = list(FieldChange.objects.order_by("pk").select_related("content_type"))
    made = [line.content_type.model for line in lines]
    assert made == ["performance"] * 2 + ["pricecategory"] * 2 + ["concession"] * 2
    assert {line.action for line in lines} == {FieldChange.Action.CREATE}
    assert {line.object_id for line in lines[:2]} == {copy.pk for copy in copies}
    assert lines[0].changes["status"] == ["None", "draft"]
    assert lines[2].changes["price"] == ["None", "45.00"]
    assert {(line.actor, line.actor_email, line.remote_addr) for line in lines} == {
        (manager, manager.email, "192.0.2.7")
    }


def test_copies_made_without_staff_are_not_recorded():
    performance = make_performance()
    repeat_performance(performance=performance, starts=[performance.starts_at + timedelta(days=1)])
    assert recorded() == []


def test_new_plans_and_deleted_shows_are_recorded(manager):
    with acting_as(manager):
        make_plan(venue=make_venue())
        make_show(title="Nachtmusik").delete()
    kinds = list(FieldChange.objects.order_by("pk").values_list("content_type__model", "action"))
    assert kinds == [("venue", 0), ("seatingplan", 0), ("show", 0), ("show", 2)]
    assert "Nachtmusik" in json.dumps(recorded()[-1][1])


def test_changes_by_api_keys_are_recorded_under_their_owner(client):
    root = make_user("root@example.com", is_staff=True, is_superuser=True)
    _key, text = make_key(owner=root, name="Till", scopes=["catalogue"])
    venue = make_venue(city="Berlin")
    url = f"/api/v1/staff/venues/{venue.slug}"
    response = client.patch(
        url, {"city": "Bonn"}, content_type="application/json", headers={"X-API-Key": text}
    )
    assert response.status_code == 200, response.content
    assert recorded() == [("venue", {"city": ["Berlin", "Bonn"]})]
    assert FieldChange.objects.get().actor == root


# --- Customers ----------------------------------------------------------------------------


def in_a_fresh_context(call, *args):
    """Call it in a new thread, as the web server does, where nothing is switched off yet.

    The context of browser tests has a database connection of its own.
    """

    def run():
        try:
            return call(*args)
        finally:
            connections.close_all()

    return Context().run(run)


@pytest.mark.django_db(transaction=True)
def test_a_sale_records_nothing_and_makes_no_further_query():
    """From the hold to the payment."""

    def buy(performance):
        customer = make_customer()
        browser = browser_of(customer)
        with CaptureQueriesContext(connection) as seen:
            url = make_hold(performance=performance, customer=customer).get_absolute_url()
            page = browser.get(url)
            assert browser.post(url, filled_in(page)).status_code == 303
        return [query["sql"] for query in seen]

    first, second = make_sale(), make_sale()
    in_a_fresh_context(buy, first)
    queries = in_a_fresh_context(buy, second)
    assert len(queries) > 5
    assert not any("auditlog" in query or "trail_" in query for query in queries)
    assert not FieldChange.objects.exists() and not SignIn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_customers_changing_their_account_are_not_recorded(client):
    alice = make_user()
    client.force_login(alice)
    form = {"name": "Alice", "language": "en", "time_zone": ""}
    in_a_fresh_context(client.post, "/accounts/profile/", form)
    alice.refresh_from_db()
    assert alice.name == "Alice" and recorded() == []


def test_commands_tasks_and_migrations_have_no_actor():
    make_venue()
    make_staff(Role.DOOR)
    assert recorded() == []


def test_requests_do_not_share_their_changes(manager):
    with acting_as(manager):
        pass
    make_venue()
    assert recorded() == []
