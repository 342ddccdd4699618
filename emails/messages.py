"""What a letter says, made from templates."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string

from .kinds import kind_named
from .opt_outs import unsubscribe_url


@dataclass(frozen=True)
class Message:
    """A letter ready to be sent. `attachments` are (name, bytes, MIME type).

    `secrets` are the values in it that give power to whoever reads them, by name: they are hidden
    wherever the letter is stored or shown (see `emails.secrets`).
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple = ()
    headers: dict = field(default_factory=dict)
    secrets: dict = field(default_factory=dict, repr=False)


def message_from_templates(
    letter, *, subject, context, name=None, attachments=(), headers=None, secrets=None
):
    """Return a Message from `letters/<name>.txt` and `letters/<name>.html`.

    The name is the letter's kind, unless it says otherwise. Both templates extend
    `letters/base`, and know, beside `context`: `letter`, `subject`, `site_url` and, where this
    kind may be refused, `unsubscribe_url`. Secrets in the context are named in `secrets`.
    """
    name = name or letter.kind
    secrets, link = dict(secrets or {}), None
    if kind_named(letter.kind).may_be_refused:
        link = secrets["unsubscribe_link"] = unsubscribe_url(email=letter.to, kind=letter.kind)
    context = {
        "letter": letter,
        "subject": subject,
        "site_url": settings.SITE_URL,
        "unsubscribe_url": link,
        **context,
    }
    return Message(
        subject=subject,
        text=render_to_string(f"emails/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"emails/{name}.html", context),
        attachments=tuple(attachments),
        headers=headers or {},
        secrets=secrets,
    )
