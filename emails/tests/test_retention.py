"""What sent letters said is forgotten after a while."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email

from emails import retention
from emails.queueing import queue_email
from emails.retention import erase_old_emails

pytestmark = pytest.mark.django_db(transaction=True)


def letter(*, days, status=STATUS.sent):
    with transaction.atomic():
        email = queue_email(
            to=["alice@example.org"],
            subject="Your tickets",
            text="Row 7",
            html="<p>Row 7</p>",
            attachments=[("tickets.pdf", b"%PDF", "application/pdf")],
            headers={},
            message_id=f"<{days}-{status}@example.org>",
        )
    at = timezone.now() - timedelta(days=days)
    Email.objects.filter(pk=email.pk).update(status=status, last_updated=at)
    return Email.objects.get(pk=email.pk)


def test_it_forgets_the_words_and_papers_of_old_letters_and_keeps_that_they_were_sent(settings):
    settings.KEEP_EMAILS_DAYS = 30
    old, young = letter(days=31), letter(days=29)
    file = old.attachments.get().file
    assert erase_old_emails() == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.message, old.html_message, old.subject) == ("", "", "Your tickets")
    assert old.status == STATUS.sent
    assert not file.storage.exists(file.name)
    assert young.message == "Row 7"
    assert Attachment.objects.get().emails.get() == young


def test_it_never_touches_what_has_not_gone_out():
    waiting = letter(days=9000, status=STATUS.queued)
    failed = letter(days=9000, status=STATUS.failed)
    assert erase_old_emails() == 0
    assert Email.objects.filter(pk__in=[waiting.pk, failed.pk], message="Row 7").count() == 2


def test_it_goes_on_until_all_are_forgotten(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for days in range(1000, 1005):
        letter(days=days)
    assert [erase_old_emails(), erase_old_emails()] == [5, 0]
