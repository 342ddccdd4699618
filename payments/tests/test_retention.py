from datetime import timedelta

import pytest
from django.utils import timezone

from payments.models import ProviderEvent
from payments.retention import delete_old_events

pytestmark = pytest.mark.django_db


def test_old_events_are_emptied_and_still_count_once(settings):
    settings.KEEP_PROVIDER_EVENTS_DAYS = 365
    for number, days in (("old", 366), ("young", 364)):
        event = {"provider": "demo", "event_id": number, "kind": "charge.paid"}
        assert ProviderEvent.objects.record(**event, body={"name": "Alice"})
        at = timezone.now() - timedelta(days=days)
        ProviderEvent.objects.filter(event_id=number).update(received_at=at)
    assert [delete_old_events(), delete_old_events()] == [1, 0]
    bodies = dict(ProviderEvent.objects.values_list("event_id", "body"))
    assert bodies == {"old": {}, "young": {"name": "Alice"}}
    assert not ProviderEvent.objects.record(**event | {"event_id": "old"}, body={"name": "Alice"})
