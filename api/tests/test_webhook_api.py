import uuid

import pytest

from api.models import Delivery, Endpoint, IdempotencyRecord
from api.tests.callers import logged_in, make_account, with_key
from api.tests.receivers import make_endpoint, receiver
from api.webhooks.sending import deliver
from api.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db(transaction=True)
WISH = {"name": "Ledger", "url": "http://127.0.0.1:9/hook", "events": ["order.paid"]}


def test_a_client_subscribes_to_events(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    program = with_key("webhooks")
    with receiver() as hook:
        made = program.post("/staff/webhooks", WISH | {"url": hook.url})
        assert made.status_code == 201, made.content
        pk = made.json()["id"]
        assert made.json()["secret"] == secret_of(Endpoint.objects.get())
        asked = program.post(f"/staff/webhooks/{pk}/ping")
        assert asked.json()["status"] == "pending"
        deliver()
        data = program.get(f"/staff/webhooks/{pk}/deliveries").json()["items"]
        assert [(row["type"], row["status"], row["response_status"]) for row in data] == [
            ("ping", "delivered", 200)
        ]
        path = f"/staff/webhooks/{pk}/deliveries/{data[0]['id']}/replay"
        assert program.post(path).json()["status"] == "pending"
        deliver()
        assert len(set(hook.ids)) == 1 and len(hook.ids) == 2
    assert program.get("/staff/webhooks").json()["items"][0]["secret"] is None
    secret = program.post(f"/staff/webhooks/{pk}/secret").json()["secret"]
    assert secret == secret_of(Endpoint.objects.get()) != made.json()["secret"]
    assert program.delete(f"/staff/webhooks/{pk}").status_code == 204
    assert not Delivery.objects.exists()


def test_a_private_address_is_rejected_at_its_field():
    answer = with_key("webhooks").post("/staff/webhooks", WISH)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:concert:problem:url-refused"
    assert answer.json()["errors"][0]["pointer"] == "/body/url"
    assert not Endpoint.objects.exists()


def test_a_repeated_request_creates_one_webhook_and_hides_the_secret(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    program, key = with_key("webhooks"), {"Idempotency-Key": str(uuid.uuid4())}
    first = program.post("/staff/webhooks", WISH, **key)
    again = program.post("/staff/webhooks", WISH, **key)
    assert (again.status_code, again.json()["secret"]) == (201, None)
    assert again.json()["id"] == first.json()["id"]
    assert Endpoint.objects.count() == 1
    assert b"whsec_" not in bytes(IdempotencyRecord.objects.get().body)


def test_a_disabled_endpoint_can_be_enabled():
    endpoint = make_endpoint(disabled_at="2026-01-01T00:00Z", failures=9)
    data = with_key("webhooks").post(f"/staff/webhooks/{endpoint.pk}/enable").json()
    assert data["enabled"]
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_strangers_and_other_keys_are_refused():
    endpoint = make_endpoint()
    assert with_key("orders").get("/staff/webhooks").status_code == 403
    assert logged_in(make_account()).get("/staff/webhooks").status_code == 403
    assert (
        with_key("webhooks").get(f"/staff/webhooks/{endpoint.pk + 1}/deliveries").status_code == 404
    )
