"""Deleting the content of e-mails that are not needed any more; that they were sent stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.batches import in_batches

from .models import EmailAttachment, OutboxEmail

BATCH = 200


def erase_old_emails(now: datetime | None = None) -> int:
    """Erase the content of e-mails sent KEEP_EMAILS_DAYS ago or earlier; return of how many.

    Bodies, attachments and their files go; subject, address and times stay, so that staff can see
    that an e-mail was sent. E-mails that have not been sent are never touched. Each batch is a
    transaction of its own, and skips what another run has locked.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_EMAILS_DAYS)
    return in_batches(_erase_batch, before)


def anonymise_emails(emails: QuerySet[OutboxEmail], *, address: str) -> None:
    """Delete what the e-mails say, and replace their recipient by `address`.

    Those that are not rendered yet are deleted; those that are not sent yet never will be. In the
    caller's transaction; the files are deleted once it is committed.
    """
    ids = list(emails.values_list("pk", flat=True))
    emails = OutboxEmail.objects.filter(pk__in=ids)
    emails.queued().delete()
    _delete_attachments(ids)
    unsent = Q(state__in=[OutboxEmail.State.RENDERED, OutboxEmail.State.FAILED])
    emails.filter(unsent).update(state=OutboxEmail.State.SKIPPED)
    emails.update(
        to=address,
        other_recipients=None,
        subject="",
        text="",
        html="",
        headers=None,
        error="",
        sealed_secrets="",
    )


def _erase_batch(before):
    with transaction.atomic(durable=True):
        old = OutboxEmail.objects.sent().filter(sent_at__lte=before).exclude(text="", html="")
        old = old.select_for_update(skip_locked=True, of=("self",)).order_by("sent_at")
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        _delete_attachments(ids)
        OutboxEmail.objects.filter(pk__in=ids).update(
            text="", html="", headers=None, sealed_secrets=""
        )
    return len(ids)


def _delete_attachments(email_ids):
    for attachment in EmailAttachment.objects.filter(email__in=email_ids):
        storage, path = attachment.file.storage, attachment.file.name
        attachment.delete()
        # A file without its row does no harm; a row without its file would.
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
