"""Render the content of e-mails from templates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from core.text_as_html import text_as_html

from .content import Attachment
from .kinds import get_kind
from .models import OutboxEmail
from .opt_outs import unsubscribe_url
from .wording import MARK, Introduction, StandardWording, Wording, fill_wording


@dataclass(frozen=True)
class Message:
    """The content of an e-mail. `attachments` are (name, bytes, MIME type).

    `secrets` are values in it, by name, that must not be stored or shown in plain text (see
    `emails.secrets`).
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    # What staff can edit (`emails.wording`), as it is without their edits.
    standard: StandardWording | None = field(default=None, repr=False)


def message_from_templates(
    email: OutboxEmail,
    *,
    subject: str,
    context: Mapping[str, Any],
    name: str | None = None,
    attachments: Iterable[Attachment] = (),
    headers: dict[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    wording: Wording | None = None,
) -> Message:
    """Return a Message from `emails/<name>.txt` and, if there is one, `emails/<name>.html`.

    Without an HTML template, the HTML is made from the text (`core.text_as_html`). By default the
    name is the kind of the e-mail. The templates extend `emails/base`. Their context is `context`
    with `email`, `subject`, `site_url` and, where the kind is optional, `unsubscribe_url`.
    `secrets` names the secrets in the context. Subject and introduction are those that staff wrote
    for this kind, if they did (`emails.wording`), or those of `wording`.
    """
    name = name or email.kind
    secrets, link = dict(secrets or {}), None
    if get_kind(email.kind).is_optional:
        link = secrets["unsubscribe_link"] = unsubscribe_url(email=email.to, kind=email.kind)
    context = {
        "email": email,
        "site_url": settings.SITE_URL,
        "unsubscribe_url": link,
        **context,
    }
    standard_subject = subject
    subject, introduction, values = fill_wording(email, subject, context, secrets, wording)
    context = {**context, "subject": subject, "introduction": introduction}
    text, html = _bodies(name, context, introduction, link or "")
    return Message(
        subject=subject,
        text=text,
        html=html,
        attachments=tuple(attachments),
        headers=headers or {},
        secrets=secrets,
        standard=StandardWording(
            standard_subject, introduction.standard, values, introduction.has_slot
        ),
    )


def _bodies(
    name: str, context: dict[str, Any], introduction: Introduction, unsubscribe_link: str
) -> tuple[str, str]:
    """Return the text and the HTML of an e-mail."""
    text = _text(name, context)
    try:
        template = get_template(f"emails/{name}.html")
    except TemplateDoesNotExist:
        source, inserts = text, {}
        if introduction.text:
            # The text loses the links and the bold of an edited introduction.
            introduction.is_marked = True
            source, inserts = _text(name, context), {MARK: introduction.html}
        html = text_as_html(
            source,
            subject=context["subject"],
            unsubscribe_url=unsubscribe_link,
            inserts=inserts,
        )
        return text, html
    return text, str(template.render(context))


def _text(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"emails/{name}.txt", context).strip() + "\n"
