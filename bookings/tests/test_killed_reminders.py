"""Reminders with writers that are killed and clocks that run twice: each holder hears once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from post_office.models import Email

from bookings.emails.reminders import enqueue_final_reminders
from core.testing.processes import wait_until
from emails.models import OutboxEmail
from emails.rendering import render_due_emails, write_at_once
from emails.tests.smtp import Mailbox, smtp_server
from emails.tests.test_sending import port  # noqa: F401
from shows.models import Performance
from tools.faults import points

from .crowds import make_crowd

pytestmark = pytest.mark.django_db(transaction=True)

HOLDERS = 30


@pytest.fixture
def tonight():
    """So many have tickets for what begins in an hour."""
    performance = make_crowd(HOLDERS)
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=timezone.now() + timedelta(hours=1)
    )


@pytest.mark.parametrize("point", [points.BEFORE_COMMIT, points.AFTER_COMMIT])
def test_a_writer_killed_in_the_middle_writes_each_reminder_once(
    tonight, processes, tmp_path, point
):
    assert enqueue_final_reminders() == HOLDERS
    trap = points.Trap(tmp_path)
    # Taken up, then written: two commits for each. It dies with the eleventh in its hands.
    trap.arm(point, after=21)
    environment = {"FAULTS_FOLDER": str(tmp_path)}
    processes("emails.rendering.render_due_emails", environment=environment)
    trap.spring()
    assert Email.objects.count() == 10 + (point == points.AFTER_COMMIT)

    render_due_emails()
    write_at_once(OutboxEmail.objects.all())  # As when the claim of the dead one has run out.
    render_due_emails()
    assert Email.objects.count() == HOLDERS
    assert len(set(Email.objects.values_list("message_id", flat=True))) == HOLDERS


def test_two_clocks_remind_each_holder_once(tonight, processes, port, tmp_path):  # noqa: F811
    """Two beats, each with a schedule of its own, and two workers: all real processes."""
    mailbox = Mailbox()
    with smtp_server(mailbox, port):
        for number in (1, 2):
            (tmp_path / str(number)).mkdir()
            folder = str(tmp_path / str(number))
            processes("tools.faults.processes.beat", folder=folder, every=0.3)
            processes("tools.faults.processes.worker", settings={"EMAIL_PORT": port}, counter="ran")
        wait_until(lambda: len(mailbox.taken) >= HOLDERS)
        ran = cache.get("ran")
        wait_until(lambda: cache.get("ran") > ran + 30)
    assert sorted(mailbox.recipients) == sorted(f"fan{n}@example.org" for n in range(HOLDERS))
    assert OutboxEmail.objects.filter(kind="reminder").count() == HOLDERS
