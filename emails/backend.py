"""Django's way to send mail (allauth's letters, error reports), through the same queue."""

from email.mime.base import MIMEBase

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from post_office.models import PRIORITY

from .queueing import queue_email


class QueueBackend(BaseEmailBackend):
    """Puts messages into the outgoing queue; sends nothing itself."""

    def send_messages(self, email_messages):
        with transaction.atomic():
            for message in email_messages:
                _queue(message)
        return len(email_messages)


def _queue(message):
    headers = dict(message.extra_headers)
    message_id = headers.pop("Message-ID", None)
    if message.reply_to:
        headers.setdefault("Reply-To", ", ".join(map(str, message.reply_to)))
    html = next(
        (part[0] for part in getattr(message, "alternatives", ()) if part[1] == "text/html"), ""
    )
    is_html = message.content_subtype == "html"
    queue_email(
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        sender=message.from_email,
        subject=message.subject,
        text="" if is_html else message.body,
        html=message.body if is_html else html,
        attachments=[_attachment(item) for item in message.attachments],
        headers=headers,
        message_id=message_id,
        # Whoever makes the message names the secrets in it (see `accounts.adapter`).
        secrets=getattr(message, "secrets", None),
        # Codes to log in with: somebody sits in front of a page that asks for them.
        priority=PRIORITY.high,
    )


def _attachment(item):
    if isinstance(item, MIMEBase):
        return item.get_filename(), item.get_payload(decode=True), item.get_content_type()
    name, content, mimetype = item
    content = content.encode() if isinstance(content, str) else content
    return name, content, mimetype or "application/octet-stream"
