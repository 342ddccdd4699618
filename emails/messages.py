"""Render the content of e-mails from templates."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

from core.text_as_html import text_as_html

from .bodies import MARK, Body
from .content import Attachment
from .kinds import get_kind
from .models import OutboxEmail
from .opt_outs import unsubscribe_url
from .wording import StandardWording, Wording, fill_wording, note_failure, wording_of

BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Message:
    """The content of an e-mail. `attachments` are (name, content, MIME type).

    `secrets` are values in it, by name, that must not be stored or shown in plain text (see
    `emails.secrets`).
    """

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    # The texts that staff can edit (`emails.wording`), without their edits.
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
    with `email`, `subject`, `site_url` and, where the kind is optional, `unsubscribe_url`; its
    `brand_venue` is the venue whose brand the e-mail has, else it has the organisation's.
    `secrets` names the secrets in the context; one named `code` is emphasised. Subject,
    introduction and body are those of `wording`, or else those that staff wrote for this kind, if
    any (`emails.wording`).
    """
    secrets, link = dict(secrets or {}), ""
    if get_kind(email.kind).is_optional:
        link = secrets["unsubscribe_link"] = unsubscribe_url(email=email.to, kind=email.kind)
    name = name or email.kind
    message = compose(
        email.kind,
        email.language,
        templates=(f"emails/{name}.txt", f"emails/{name}.html"),
        subject=subject,
        context={
            "email": email,
            "site_url": settings.SITE_URL,
            "unsubscribe_url": link or None,
            **context,
        },
        secrets=secrets,
        wording=wording,
    )
    return replace(message, attachments=tuple(attachments), headers=headers or {})


def compose(
    kind: str,
    language: str,
    *,
    templates: tuple[str, str],
    subject: str,
    context: Mapping[str, Any],
    secrets: dict[str, str],
    wording: Wording | None = None,
) -> Message:
    """Return a Message from a text and an HTML template, which need not exist.

    Stored texts that cannot be used are replaced by the standard ones.
    """
    wording = wording or wording_of(kind, language)
    try:
        return _compose(wording, kind, templates, subject, context, secrets)
    except Exception as error:
        if not wording.template_id:
            raise
        message = _compose(Wording(), kind, templates, subject, context, secrets)
        note_failure(wording, kind, error)
        return message


def _compose(
    wording: Wording,
    kind: str,
    templates: tuple[str, str],
    standard_subject: str,
    context: Mapping[str, Any],
    secrets: dict[str, str],
) -> Message:
    subject, body = fill_wording(wording, kind, standard_subject, context, secrets)
    context = {**context, "subject": subject, "body": body}
    text = _text(templates[0], context)
    standard = StandardWording(
        standard_subject,
        body.standard_introduction,
        body.standard,
        body.values,
        tuple(body.parts),
        frozenset(body.required),
    )
    html = _html(templates, context, body, text)
    return Message(subject=subject, text=text, html=html, secrets=secrets, standard=standard)


def _html(templates: tuple[str, str], context: dict[str, Any], body: Body, text: str) -> str:
    """Return the HTML of an e-mail, from its template or from its text."""
    try:
        return str(get_template(templates[1]).render(context))
    except TemplateDoesNotExist as error:
        if error.args[0] != templates[1]:
            raise
    inserts = {}
    if body.is_edited:
        # The text version has neither links nor bold of the edited texts.
        body.is_marked = True
        text, inserts = _text(templates[0], context), {MARK: body.as_html()}
    return text_as_html(
        text,
        subject=context["subject"],
        code=body.code,
        unsubscribe_url=context.get("unsubscribe_url") or "",
        brand_venue=context.get("brand_venue"),
        inserts=inserts,
    )


def _text(template: str, context: dict[str, Any]) -> str:
    text = render_to_string(template, context).strip()
    # Blocks can be empty.
    return BLANK_LINES.sub("\n\n", text) + "\n"
