"""The outgoing queue: django-post_office's tables, filled without its template rendering.

post_office renders whatever it is given as a Django template, so a name such as `{{ settings }}`
or an address such as `{%x%}@example.com` would be executed, or would break the letter.
"""

import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.core.files.base import ContentFile
from post_office.models import PRIORITY, STATUS, Email
from post_office.utils import create_attachments

from core.enqueue import enqueue_soon

from .models import EmailSecrets
from .secrets import Parts, hide, refuse_in_subject, seal


def queue_email(
    *,
    to,
    subject,
    text,
    html="",
    attachments=(),
    headers=None,
    message_id=None,
    sender=None,
    cc=(),
    bcc=(),
    priority=PRIORITY.medium,
    secrets=None,
):
    """Put one message into the queue, inside the caller's transaction, and return it.

    Touches the database, and the storage of attachments; the queue is sent soon after the
    commit. `secrets` are values in bodies and headers, by name: placeholders are stored in their
    place, and they are put in while sending. Raises ValidationError when an address is none, and
    ValueError when a secret stands in the subject.
    """
    secrets = secrets or {}
    refuse_in_subject(subject, secrets)
    parts = hide(Parts(text, html, headers or {}), secrets)
    email = Email(
        from_email=sender or settings.DEFAULT_FROM_EMAIL,
        to=list(to),
        cc=list(cc),
        bcc=list(bcc),
        subject=" ".join(subject.split()),
        message=parts.text,
        html_message=parts.html,
        headers=parts.headers or None,
        message_id=message_id,
        priority=priority,
        status=STATUS.queued,
    )
    email.save()
    if secrets:
        EmailSecrets.objects.create(email=email, sealed=seal(secrets))
    if attachments:
        email.attachments.add(*create_attachments(_files(attachments)))
    enqueue_soon("emails.tasks.send_queued_emails")
    return email


def message_id_for(key):
    """Return the Message-ID of the letter that has `key`: always the same, so that a mailbox that
    gets a letter twice can tell."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{digest}.letter@{address.partition('@')[2] or 'localhost'}>"


def _files(attachments):
    return {
        name: {"file": ContentFile(content), "mimetype": mimetype}
        for name, content, mimetype in attachments
    }
