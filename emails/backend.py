"""Django's mail API, used for e-mails about accounts and error reports, stores in the outbox."""

from collections.abc import Sequence
from email.mime.base import MIMEBase

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from .outbox import enqueue_message


class QueueBackend(BaseEmailBackend):
    """Stores messages in the outbox; sends nothing itself."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Enqueue the messages that have a recipient, all or none; return how many."""
        messages = [message for message in email_messages if message.recipients()]
        with transaction.atomic():
            for message in messages:
                _enqueue(message)
        return len(messages)


def _enqueue(message):
    headers = {name: str(value) for name, value in message.extra_headers.items()}
    headers.pop("Message-ID", None)
    if message.reply_to:
        headers.setdefault("Reply-To", ", ".join(map(str, message.reply_to)))
    html = next(
        (part[0] for part in getattr(message, "alternatives", ()) if part[1] == "text/html"), ""
    )
    is_html = message.content_subtype == "html"
    first, *others = [str(address) for address in message.to] or [""]
    others = {"to": others, "cc": list(message.cc), "bcc": list(message.bcc)}
    enqueue_message(
        to=first,
        other_recipients={name: addresses for name, addresses in others.items() if addresses},
        sender=message.from_email,
        subject=str(message.subject),
        text="" if is_html else str(message.body),
        html=str(message.body) if is_html else html,
        attachments=[_attachment(item) for item in message.attachments],
        headers=headers,
        # The sender names the secrets in the message (see `emails.account_messages`).
        secrets=getattr(message, "secrets", None),
    )


def _attachment(item):
    if isinstance(item, MIMEBase):
        content = item.get_payload(decode=True)
        return item.get_filename() or "attachment", content, item.get_content_type()
    name, content, mimetype = item
    content = content.encode() if isinstance(content, str) else content
    return name or "attachment", content, mimetype or "application/octet-stream"
