"""Reminders with killed workers and two schedulers: each ticket holder gets one."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from bookings.emails.reminders import enqueue_final_reminders
from core.testing.processes import wait_until
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from emails.tests.factories import end_leases
from emails.tests.smtp import Mailbox, smtp_server
from emails.tests.test_sending import port  # noqa: F401
from shows.models import Performance
from tools.faults import breakpoints

from .bulk_orders import make_paid_orders

pytestmark = pytest.mark.django_db(transaction=True)

HOLDERS = 30


@pytest.fixture
def tonight():
    """Make a performance that starts in an hour, with ticket holders."""
    performance = make_paid_orders(HOLDERS)
    Performance.objects.filter(pk=performance.pk).update(
        starts_at=timezone.now() + timedelta(hours=1)
    )


@pytest.mark.parametrize("point", [breakpoints.BEFORE_COMMIT, breakpoints.AFTER_COMMIT])
def test_after_a_killed_worker_each_reminder_is_rendered_once(
    tonight, processes, tmp_path, point, settings
):
    assert enqueue_final_reminders() == HOLDERS
    breakpoint = breakpoints.Breakpoint(tmp_path)
    # Each e-mail takes two commits: claimed, rendered. The worker is killed while it renders the
    # eleventh.
    breakpoint.arm(point, after=21)
    environment = {"FAULTS_FOLDER": str(tmp_path)}
    processes("emails.rendering.render_due_emails", environment=environment)
    breakpoint.kill()
    assert OutboxEmail.objects.rendered().count() == 10 + (point == breakpoints.AFTER_COMMIT)

    render_due_emails()
    end_leases(settings)
    render_due_emails()
    emails = OutboxEmail.objects.rendered()
    assert emails.count() == HOLDERS
    assert len(set(emails.values_list("message_id", flat=True))) == HOLDERS


def test_two_beat_processes_remind_each_holder_once(tonight, processes, port, tmp_path):  # noqa: F811
    """Two beat processes, each with its own schedule file, and two workers."""
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
