import re

import pytest
from django.db import IntegrityError
from django.db.models.functions import Now
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff as make_role
from api.models import Delivery, Endpoint, Event
from api.tests.callers import make_account
from api.tests.receivers import make_endpoint
from api.webhooks.publishing import ping
from api.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db
ADD = {"name": "Ledger", "url": "http://127.0.0.1:9/hook", "events": ["order.paid"]}


@pytest.fixture
def staff(client):
    client.force_login(make_account(is_staff=True, is_superuser=True))
    return client


def act(client, model, action, row, **data):
    return client.post(
        reverse(f"admin:api_{model}_changelist"),
        {"action": action, "_selected_action": [row.pk]} | data,
        follow=True,
    ).content.decode()


def test_it_creates_a_webhook_and_shows_its_secret_once(staff, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    made = staff.post(reverse("admin:api_endpoint_add"), ADD, follow=True).content.decode()
    endpoint = Endpoint.objects.get()
    assert (endpoint.events, endpoint.owner.is_superuser) == (["order.paid"], True)
    assert secret_of(endpoint) in made
    page = staff.get(reverse("admin:api_endpoint_change", args=[endpoint.pk])).content.decode()
    assert "whsec_" not in page
    assert not Endpoint.objects.filter(salt__contains="whsec").exists()


def test_it_shows_at_the_field_why_an_address_is_rejected(staff):
    page = staff.post(reverse("admin:api_endpoint_add"), ADD).content.decode()
    assert "127.0.0.1, which is not a public address" in page
    assert not Endpoint.objects.exists()
    endpoint = make_endpoint()
    change = reverse("admin:api_endpoint_change", args=[endpoint.pk])
    assert "not a public address" in staff.post(change, ADD).content.decode()
    kept = staff.post(change, ADD | {"url": endpoint.url, "name": "Books"}, follow=True)
    assert kept.status_code == 200
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Books", ["order.paid"])


def test_it_rotates_pings_disables_and_enables(staff):
    endpoint = make_endpoint()
    before = secret_of(endpoint)
    for action in ("rotate", "disable"):
        assert endpoint.name in act(staff, "endpoint", action, endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled and secret_of(endpoint) == before
    shown = act(staff, "endpoint", "rotate", endpoint, confirmed="yes")
    endpoint.refresh_from_db()
    assert secret_of(endpoint) in shown and before not in shown
    act(staff, "endpoint", "ping", endpoint)
    assert endpoint.deliveries.get().event.type == "ping"
    act(staff, "endpoint", "disable", endpoint, confirmed="yes")
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    act(staff, "endpoint", "enable", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.is_enabled


def test_it_lists_deliveries_and_sends_them_again(staff):
    delivery = ping(endpoint=make_endpoint())
    Delivery.objects.update(status="delivered", delivered_at=Now(), attempts=1)
    changelist = reverse("admin:api_delivery_changelist")
    assert delivery.event_id in staff.get(changelist, {"state": "delivered"}).content.decode()
    assert delivery.event_id not in staff.get(changelist, {"state": "pending"}).content.decode()
    page = staff.get(reverse("admin:api_delivery_change", args=[delivery.pk])).content.decode()
    assert re.search(r"&quot;type&quot;: &quot;ping&quot;", page)
    act(staff, "delivery", "resend", delivery)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("pending", 0)


def test_only_managers_can_open_them(client):
    client.force_login(make_role(Role.BOX_OFFICE))
    for model in ("endpoint", "delivery"):
        assert client.get(reverse(f"admin:api_{model}_changelist")).status_code == 403


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("endpoint_has_events", lambda: make_endpoint(events=[])),
        ("previous_secret_expires", lambda: make_endpoint(previous_salt="x")),
        (
            "delivered_has_its_time",
            lambda: Delivery.objects.create(
                event=Event.objects.create(key="x", type="ping", body="{}"),
                endpoint=make_endpoint(),
                status="delivered",
            ),
        ),
        (
            "one_delivery_by_event_and_endpoint",
            lambda: Delivery.objects.create(
                event=(first := ping(endpoint=make_endpoint())).event, endpoint=first.endpoint
            ),
        ),
    ],
)
def test_the_database_rejects_invalid_values(name, damage):
    with pytest.raises(IntegrityError, match=name):
        damage()
