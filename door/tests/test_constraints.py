"""Constraints of the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from door.models import CheckIn

from .factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def refuses(name, **fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CheckIn.objects.create(**fields)


def test_a_ticket_has_one_live_check_in():
    ticket = make_ticket()
    fields = {"ticket": ticket, "performance_id": ticket.performance_id, "door": "Main"}
    CheckIn.objects.create(**fields, undone_at=timezone.now() + timedelta(hours=1))
    CheckIn.objects.create(**fields)
    refuses("one_live_check_in_for_a_ticket", **fields)


def test_a_check_in_is_undone_after_it_was_made():
    ticket = make_ticket()
    refuses(
        "check_in_is_undone_after_it_was_made",
        ticket=ticket,
        performance_id=ticket.performance_id,
        door="Main",
        undone_at=timezone.now() - timedelta(hours=1),
    )


def test_a_scan_id_is_unique():
    first, second = make_ticket(), make_ticket()
    CheckIn.objects.create(ticket=first, performance_id=first.performance_id, door="Main", scan="a")
    refuses("scan", ticket=second, performance_id=second.performance_id, door="Main", scan="a")
