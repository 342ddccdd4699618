"""Letters are not kept for ever: what they said is forgotten, that they were sent is not."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from post_office.models import STATUS, Attachment, Email

from core.batches import in_batches

from .models import EmailSecrets, OutboxEmail

BATCH = 200


def erase_old_emails(now=None):
    """Empty letters that were sent KEEP_EMAILS_DAYS ago or earlier; return how many.

    Words, attachments and their files go; subject, address and times stay, so that staff can still
    see that a letter was sent. Letters that have not gone out are never touched. Each batch is a
    transaction of its own, and skips what another run has locked.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_EMAILS_DAYS)
    return in_batches(_forget_batch, before)


def forget_letters(letters, *, address):
    """Leave of these letters that they were owed: no words, no papers, `address` for theirs.

    What was owed and not yet written never will be. In the caller's transaction.
    """
    ids = list(letters.values_list("pk", flat=True))
    letters = OutboxEmail.objects.filter(pk__in=ids)
    forget_emails(Email.objects.filter(letter__in=ids))
    letters.unwritten().delete()
    letters.update(to=address)


def forget_emails(emails):
    """Delete outgoing mail with its attachments; the files go when the transaction has held."""
    for email in emails.prefetch_related("attachments"):
        for attachment in email.attachments.all():
            storage, path = attachment.file.storage, attachment.file.name
            attachment.delete()
            transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
    emails.delete()


def _forget_batch(before):
    with transaction.atomic(durable=True):
        old = Email.objects.filter(status=STATUS.sent, last_updated__lte=before).exclude(message="")
        old = old.select_for_update(skip_locked=True).order_by("pk")
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        for attachment in Attachment.objects.filter(emails__in=ids).distinct():
            storage, path = attachment.file.storage, attachment.file.name
            attachment.delete()
            # A file without its row does no harm; a row without its file would.
            transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
        Email.objects.filter(pk__in=ids).update(message="", html_message="")
        EmailSecrets.objects.filter(email__in=ids).delete()
    return len(ids)
