"""Delete the content of old e-mails; subject, address and times are kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.background import in_batches

from .models import EmailAttachment, OutboxEmail

BATCH = 200


def erase_old_emails(now: datetime | None = None) -> int:
    """Erase the content of e-mails sent KEEP_EMAILS_DAYS ago or earlier; return how many.

    Bodies, attachments and their files are deleted; subject, address and times stay, so that staff
    can see that an e-mail was sent. Unsent e-mails are not changed. Each batch is a transaction of
    its own and skips locked rows.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_EMAILS_DAYS)
    return in_batches(_erase_batch, before)


def anonymise_emails(emails: QuerySet[OutboxEmail], *, address: str) -> None:
    """Delete the content of e-mails, and replace their recipient by `address`.

    Unsent e-mails will not be sent; those that are not rendered yet are deleted. Runs in the
    caller's transaction; the files are deleted after its commit.
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
