"""Send events to a real server, which is sometimes slow, broken, or disabled."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from api import tasks
from api.emails import webhook_disabled
from api.models import Delivery, Endpoint, Event
from api.tasks import deliver_webhooks
from api.tests.receivers import make_endpoint, receiver
from api.webhooks import http_client, sending
from api.webhooks.endpoints import rotate_secret
from api.webhooks.publishing import ping
from api.webhooks.retention import delete_old_events
from api.webhooks.sending import deliver, replay
from api.webhooks.signing import secret_of
from bookings.tests.factories import make_paid_order
from core.testing.races import race
from emails.models import OutboxEmail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hook(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiver() as here:
        yield here


def verified(secret, headers, body):
    """Verify a webhook as docs/webhooks.md tells receivers to."""
    text = (Path(django_settings.BASE_DIR) / "docs" / "webhooks.md").read_text()
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    there = {}
    exec(snippet, there)
    return there["is_ours"](secret, headers, body)


def pass_time(**by):
    """Move all pending deliveries into the past, as if that much time had passed."""
    Delivery.objects.update(next_attempt_at=F("next_attempt_at") - timedelta(**by))
    # Emptied, because the database of the tests may just have started (see core.leases.is_free).
    Delivery.objects.filter(leased_until__lte=Now() + timedelta(**by)).update(leased_until=None)
    for name in ("paused_until", "failing_since"):
        Endpoint.objects.exclude(**{name: None}).update(**{name: F(name) - timedelta(**by)})


def test_a_paid_order_is_delivered_signed_and_once(hook):
    endpoint = make_endpoint(hook.url)
    order = make_paid_order()
    deliver_webhooks()
    deliver_webhooks()
    ((headers, body),) = hook.requests
    assert hook.received[0]["type"] == "order.paid"
    assert hook.received[0]["data"]["order"]["reference"] == order.reference
    assert headers["Content-Type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert verified(secret_of(endpoint), headers, body)
    assert not verified(secret_of(endpoint), headers, body + b" ")
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.response_status, delivery.response_summary) == (
        "delivered",
        200,
        "thank you",
    )


def test_both_secrets_sign_for_a_day_after_a_rotation(hook):
    endpoint = make_endpoint(hook.url)
    before = secret_of(endpoint)
    after = rotate_secret(endpoint=endpoint)
    assert before != after
    ping(endpoint=endpoint)
    deliver()
    Endpoint.objects.update(previous_until=F("previous_until") - timedelta(days=2))
    ping(endpoint=endpoint)
    deliver()
    first, second = hook.requests
    assert verified(before, *first) and verified(after, *first)
    assert not verified(before, *second) and verified(after, *second)


def test_a_failed_delivery_is_retried_with_the_same_id(hook):
    hook.answers = [500, 503]
    make_endpoint(hook.url)
    make_paid_order()
    deliver_webhooks()
    assert len(hook.requests) == 1  # The endpoint is paused.
    waiting = Delivery.objects.get()
    assert (waiting.status, waiting.response_status, waiting.attempts) == ("pending", 500, 1)
    assert waiting.next_attempt_at - waiting.last_attempt_at >= timedelta(seconds=9)
    pass_time(minutes=1)
    deliver_webhooks()
    pass_time(minutes=5)
    deliver_webhooks()
    assert len(set(hook.ids)) == 1 and len(hook.ids) == 3
    assert Delivery.objects.get().status == "delivered"
    assert Endpoint.objects.get().failures == 0


def test_it_gives_up_after_some_days_and_can_be_replayed(hook):
    make_endpoint(hook.url)
    make_paid_order()
    hook.answers = [500] * sending.MAX_ATTEMPTS
    for _ in range(sending.MAX_ATTEMPTS + 2):
        deliver_webhooks()
        pass_time(days=1)
        Endpoint.objects.update(failing_since=Now())
    assert Delivery.objects.get().status == "failed"
    assert len(hook.requests) == sending.MAX_ATTEMPTS
    assert sum(sending.RETRY_DELAYS, timedelta()) > timedelta(days=3)
    assert replay(Delivery.objects.all()) == 1
    deliver_webhooks()
    assert Delivery.objects.get().status == "delivered"
    assert len(set(hook.ids)) == 1


def test_a_delivered_event_can_be_sent_again(hook):
    make_endpoint(hook.url)
    make_paid_order()
    deliver_webhooks()
    replay(Delivery.objects.all())
    deliver_webhooks()
    assert len(hook.ids) == 2 and len(set(hook.ids)) == 1


def test_an_endpoint_that_fails_for_days_is_disabled_and_its_owner_notified(hook):
    endpoint = make_endpoint(hook.url)
    make_paid_order()
    hook.answers = [500, 500]
    deliver_webhooks()
    pass_time(days=6)
    deliver_webhooks()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    email = OutboxEmail.objects.get(kind="webhook_disabled")
    assert email.to == endpoint.owner.email
    assert "Ledger" in webhook_disabled(email).subject
    pass_time(days=1)
    deliver_webhooks()
    assert len(hook.requests) == 2


def test_status_410_disables_at_once(hook):
    endpoint = make_endpoint(hook.url)
    ping(endpoint=endpoint)
    hook.answers = [410]
    deliver()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled


def test_a_slow_endpoint_is_cut_off_and_paused_while_others_get_events(hook, settings, monkeypatch):
    monkeypatch.setattr(http_client, "RESPONSE_SECONDS", 0.3)
    hanging = threading.Event()
    with receiver() as slow:
        slow.meanwhile = lambda: hanging.wait(30)
        stuck = make_endpoint(slow.url)
        make_endpoint(hook.url)
        make_paid_order()
        deliver_webhooks()
        hanging.set()
    assert len(hook.requests) == 1
    delivery = Delivery.objects.get(endpoint=stuck)
    assert (delivery.status, delivery.response_status) == ("pending", None)
    assert "in time" in delivery.response_summary


def test_an_endless_response_is_not_read_to_the_end(hook):
    hook.body = b"x" * 5_000_000
    make_endpoint(hook.url)
    make_paid_order()
    deliver_webhooks()
    assert Delivery.objects.get().response_summary == "x" * 300


def test_redirects_are_not_followed(hook):
    hook.answers = [302]
    hook.headers = {"Location": hook.url}
    make_endpoint(hook.url)
    make_paid_order()
    deliver_webhooks()
    assert hook.types == ["order.paid"]
    assert Delivery.objects.get().response_status == 302
    assert Delivery.objects.get().status == "pending"


def test_two_concurrent_runs_send_each_event_once(hook):
    endpoint = make_endpoint(hook.url)
    for _ in range(12):
        ping(endpoint=endpoint)
    outcomes = race(*[deliver] * 4)
    assert all(outcome.error is None for outcome in outcomes)
    assert len(hook.ids) == len(set(hook.ids)) == 12
    assert Delivery.objects.delivered().count() == 12


def test_after_a_crash_between_sending_and_marking_the_event_is_sent_again(hook):
    endpoint = make_endpoint(hook.url)
    ping(endpoint=endpoint)
    arrived, goes_on = threading.Event(), threading.Event()

    def hold_up():
        arrived.set()
        goes_on.wait(30)

    hook.meanwhile = hold_up
    deliverer = start_deliverer()
    try:
        assert arrived.wait(60)
        os.kill(deliverer.pid, signal.SIGKILL)
    finally:
        deliverer.kill()
        deliverer.wait()
        goes_on.set()
    hook.meanwhile = lambda: None
    assert Delivery.objects.get().status == "pending"
    assert deliver() == 0  # Its lease has not ended yet.
    pass_time(seconds=50)
    assert deliver() == 1  # Within a minute.
    assert len(hook.ids) == 2 and len(set(hook.ids)) == 1
    assert Delivery.objects.get().status == "delivered"


def deliver_slowly(hook, settings):
    """Send to a receiver that takes longer than a claim lasts, while others look for work."""
    settings.LEASE_SECONDS = 1
    ping(endpoint=make_endpoint(hook.url))
    arrived, done = threading.Event(), threading.Event()

    def hold_up():
        arrived.set()
        done.wait(3)

    hook.meanwhile = hold_up

    def look_for_work():
        arrived.wait(10)
        until = time.monotonic() + 2.5
        while time.monotonic() < until and not deliver():
            time.sleep(0.1)

    outcomes = race(deliver, look_for_work)
    done.set()
    assert all(outcome.error is None for outcome in outcomes)


def test_a_running_worker_keeps_its_lease_and_sends_once(hook, settings):
    deliver_slowly(hook, settings)
    assert len(hook.ids) == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.leased_until) == ("delivered", None)


def test_without_renewal_a_slow_receiver_gets_the_event_twice(hook, settings, monkeypatch):
    """The control: the claim expires, and only the renewal prevents a second delivery."""
    monkeypatch.setattr(sending, "renewing", lambda rows: nullcontext())
    deliver_slowly(hook, settings)
    assert len(hook.ids) == 2


def test_a_retry_does_not_wait_for_the_lease_of_others_in_its_batch(hook):
    """A delivery that has failed is leased no more, while another one is still being sent."""
    pings = [ping(endpoint=make_endpoint(hook.url)) for _ in range(2)]
    leased = sending._lease(2)
    sending._record(leased[0], "It did not answer in time.")
    held = Delivery.objects.held_by(*leased)
    assert [delivery.pk for delivery in held] == [leased[1].pk]
    assert {delivery.pk for delivery in leased} == {delivery.pk for delivery in pings}


def test_what_is_being_sent_is_not_scheduled_again(hook):
    ping(endpoint=make_endpoint(hook.url))
    sending._lease(1)
    assert replay(Delivery.objects.all()) == 0
    pass_time(minutes=1)
    assert replay(Delivery.objects.all()) == 1


def test_the_lock_of_a_killed_run_expires_within_half_a_minute():
    assert cache.add(tasks.LOCK, 1, timeout=tasks.LOCK_SECONDS)
    assert tasks.LOCK_SECONDS + django_settings.LEASE_SECONDS < 60
    cache.delete(tasks.LOCK)


def test_a_run_keeps_its_lock_while_it_works(hook, monkeypatch):
    monkeypatch.setattr(tasks, "LOCK_SECONDS", 1)
    monkeypatch.setattr(sending, "KEEP_ALIVE_EVERY", 0.2)
    ping(endpoint=make_endpoint(hook.url))
    seen = []

    def hold_up():
        time.sleep(2)
        seen.append(cache.add(tasks.LOCK, 1, timeout=1))

    hook.meanwhile = hold_up
    deliver_webhooks()
    assert seen == [False]


def test_a_receiver_that_finishes_late_is_not_marked_as_failed(hook):
    """Its claim had expired and another worker has delivered it, so the failure does not count."""
    endpoint = make_endpoint(hook.url)
    delivery = ping(endpoint=endpoint)
    (leased,) = sending._lease(1)
    pass_time(minutes=10)
    assert deliver() == 1
    sending._record(leased, "It did not answer in time.")
    delivery.refresh_from_db()
    assert delivery.status == "delivered"


def test_old_events_are_deleted_unless_pending(hook):
    endpoint = make_endpoint(hook.url)
    ping(endpoint=endpoint)
    deliver()
    ping(endpoint=endpoint)
    assert delete_old_events() == 0
    Event.objects.update(at=F("at") - timedelta(days=31))
    delete_old_events()
    assert Event.objects.count() == Delivery.objects.pending().count() == 1


def start_deliverer():
    """Start another process that delivers, on the test database."""
    address, _slash, _name = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    query = os.environ["DATABASE_URL"].partition("?")[2]
    env = os.environ | {
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}?{query}",
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    code = "from api.webhooks.sending import deliver; deliver()"
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        cwd=django_settings.BASE_DIR,
        env=env,
        stdout=subprocess.DEVNULL,
    )
