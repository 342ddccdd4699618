"""Erase the content of old e-mails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from emails import retention
from emails.models import EmailAttachment, OutboxEmail
from emails.retention import anonymise_emails, erase_old_emails

from .factories import make_email, make_message

pytestmark = pytest.mark.django_db(transaction=True)


def message(*, days, state="sent"):
    email = make_message(
        subject="Your tickets",
        text="Row 7",
        html="<p>Row 7</p>",
        attachments=[("tickets.pdf", b"%PDF", "application/pdf")],
        headers={"X-Seat": "Row 7"},
        secrets={"code": "abc"},
    )
    sent_at = timezone.now() - timedelta(days=days) if state == "sent" else None
    OutboxEmail.objects.filter(pk=email.pk).update(state=state, sent_at=sent_at)
    return OutboxEmail.objects.get(pk=email.pk)


def test_it_erases_the_content_of_old_emails_and_keeps_that_they_were_sent(settings):
    settings.KEEP_EMAILS_DAYS = 30
    old, young = message(days=31), message(days=29)
    file = old.attachments.get().file
    assert erase_old_emails() == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.html, old.headers, old.sealed_secrets) == ("", "", None, "")
    assert (old.state, old.subject, old.to) == ("sent", "Your tickets", "ann@example.org")
    assert not file.storage.exists(file.name)
    assert young.text == "Row 7"
    assert EmailAttachment.objects.get().email == young


def test_it_never_erases_unsent_emails():
    waiting, failed = message(days=9000, state="rendered"), message(days=9000, state="failed")
    assert erase_old_emails() == 0
    kept = OutboxEmail.objects.filter(pk__in=[waiting.pk, failed.pk], text="Row 7")
    assert kept.count() == EmailAttachment.objects.count() == 2


def test_it_goes_on_until_all_are_erased(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for days in range(1000, 1005):
        message(days=days)
    assert [erase_old_emails(), erase_old_emails()] == [5, 0]


def test_anonymised_emails_have_no_content_and_are_not_sent():
    queued, waiting, sent = make_email(), message(days=1, state="rendered"), message(days=1)
    file = sent.attachments.get().file
    with transaction.atomic():
        anonymise_emails(OutboxEmail.objects.all(), address="nobody@example.org")
        assert file.storage.exists(file.name), "It is deleted with the commit."
    assert not OutboxEmail.objects.filter(pk=queued.pk).exists()
    assert not EmailAttachment.objects.exists() and not file.storage.exists(file.name)
    for email, state in ((waiting, "skipped"), (sent, "sent")):
        email.refresh_from_db()
        assert (email.state, email.to) == (state, "nobody@example.org")
        assert (email.subject, email.text, email.html, email.headers) == ("", "", "", None)
        assert email.sealed_secrets == ""
