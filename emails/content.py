"""The stored content of an e-mail: subject, bodies, headers, attachments, and its secrets."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from email.utils import parseaddr

from django.core.files.base import ContentFile
from django.db.models.functions import Now
from django.utils import translation

from core.enqueue import enqueue_soon
from organisation.current import current_organisation

from .models import EmailAttachment, OutboxEmail
from .secrets import Parts, hide, refuse_in_subject, seal, unseal

# Name, content, MIME type. Content that takes long to make, like a PDF, is a function: it is called
# when the e-mail is stored, not for each preview of the text.
Attachment = tuple[str, bytes | Callable[[], bytes], str]


def store_content(
    email: OutboxEmail,
    *,
    subject: str,
    text: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[Attachment] = (),
    sender: str | None = None,
    secrets: Mapping[str, str] | None = None,
) -> None:
    """Save the e-mail with its content, ready to be sent, in the caller's transaction.

    `secrets` are values in bodies and headers, by name: placeholders are stored in their place and
    replaced when the e-mail is sent. Starts sending after the commit. Raises ValueError for a
    subject with a secret.
    """
    secrets = dict(secrets or {})
    refuse_in_subject(subject, secrets)
    parts = hide(Parts(text, html, dict(headers or {})), secrets)
    email.sender = sender or current_organisation().sender
    email.subject = " ".join(subject.split())[:990]
    email.text, email.html, email.headers = parts.text, parts.html, parts.headers or None
    email.message_id = message_id_for(email.key)
    email.sealed_secrets = seal(secrets) if secrets else ""
    email.state = OutboxEmail.State.RENDERED
    email.rendered_at = email.due_at = Now()
    email.attempts, email.error, email.leased_until = 0, "", None
    email.save()
    for name, content, mimetype in attachments:
        attachment = EmailAttachment(email=email, name=name[:255], mimetype=mimetype)
        with translation.override(email.language):
            content = content() if callable(content) else content
        attachment.file.save(name, ContentFile(content))
    enqueue_soon("emails.tasks.send_queued_emails")


def message_id_for(key: str) -> str:
    """Return the Message-ID of the e-mail with this key.

    It never changes, so that mailboxes recognise an e-mail that is sent twice.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    _name, address = parseaddr(current_organisation().sender)
    return f"<{digest}@{address.partition('@')[2] or 'localhost'}>"


def parts_of(email: OutboxEmail) -> Parts:
    """Return the stored parts of an e-mail, which can contain placeholders."""
    return Parts(email.text, email.html, email.headers or {})


def secrets_of(email: OutboxEmail) -> dict[str, str]:
    """Return the secrets that the e-mail still has. Raises SecretsUnreadable."""
    return unseal(email.sealed_secrets) if email.sealed_secrets else {}
