"""The wording of e-mails that staff have edited: a subject and an introduction.

The rest of an e-mail (tickets, prices, the link to the order, why it was sent, how to unsubscribe)
comes from its template, so that no edit can lose it. A text that cannot be filled in is replaced by
the standard one, so that it stops no e-mail.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from .models import EmailTemplate, OutboxEmail
from .placeholders import fill_line, fill_markdown, placeholders_of, values_of
from .secrets import refuse_in_subject

logger = logging.getLogger(__name__)

# Stands for the introduction while the HTML is made from the text (`core.text_as_html`).
MARK = "[introduction]"
# As in templates/emails: many mail programs drop style sheets.
STYLES = {
    "p": "margin:0 0 16px;",
    "ul": "margin:0 0 16px;padding-left:20px;",
    "ol": "margin:0 0 16px;padding-left:24px;",
    "a": "color:inherit;",
}


@dataclass(frozen=True)
class Wording:
    """A subject and an introduction; an empty one is the standard text."""

    subject: str = ""
    introduction: str = ""
    # The row that it was read from.
    template_id: int | None = None


@dataclass
class Introduction:
    """The introduction of one e-mail, for the tag `introduction` of its templates."""

    text: str = ""
    html: SafeString = field(default_factory=SafeString)
    # What the template has between its tags, as plain text.
    standard: str = ""
    # Whether the template has the tag.
    has_slot: bool = False
    is_marked: bool = False

    def choose(self, standard: str, *, is_html: bool) -> str:
        """Return what stands in the e-mail, given the `standard` content of the tag."""
        self.has_slot = True
        if not is_html:
            self.standard = standard.strip()
        if not self.text:
            return standard
        if is_html:
            return self.html
        text = MARK if self.is_marked else self.text
        return text if standard.strip() else f"{text}\n\n"


@dataclass(frozen=True)
class StandardWording:
    """The standard texts of one e-mail, and the values of its placeholders."""

    subject: str
    introduction: str
    values: dict[str, str]
    has_slot: bool


_draft: ContextVar[Wording | None] = ContextVar("emails_draft_wording", default=None)


@contextmanager
def trying(wording: Wording) -> Iterator[None]:
    """Render e-mails inside with this wording in place of the stored one; its errors are raised."""
    token = _draft.set(wording)
    try:
        yield
    finally:
        _draft.reset(token)


def fill_wording(
    email: OutboxEmail,
    subject: str,
    context: Mapping[str, Any],
    secrets: Mapping[str, str],
    wording: Wording | None = None,
) -> tuple[str, Introduction, dict[str, str]]:
    """Return the subject, the introduction and the values of the placeholders of an e-mail.

    The stored wording of its kind and language is used if there is one that can be filled in, or
    the given `wording`, whose errors are raised.
    """
    draft = wording or _draft.get()
    if draft is not None:
        return _fill(draft, email.kind, subject, context, secrets)
    stored = _stored(email)
    try:
        return _fill(stored, email.kind, subject, context, secrets)
    except Exception as error:
        logger.exception("The edited texts of e-mails of the kind %s are not used.", email.kind)
        if stored.template_id:
            reason = f"{type(error).__name__}: {error}"[:300]
            EmailTemplate.objects.filter(pk=stored.template_id, error="").update(error=reason)
        return subject, Introduction(), {}


def _stored(email: OutboxEmail) -> Wording:
    template = EmailTemplate.objects.filter(kind=email.kind, language=email.language).first()
    if template is None:
        return Wording()
    return Wording(template.subject, template.introduction, template.pk)


def _fill(
    wording: Wording,
    kind: str,
    subject: str,
    context: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> tuple[str, Introduction, dict[str, str]]:
    placeholders = placeholders_of(kind)
    values = values_of(placeholders, {**context, "standard_subject": subject})
    introduction = Introduction()
    if wording.introduction.strip():
        introduction.text, introduction.html = fill_markdown(
            wording.introduction, placeholders, values, STYLES
        )
    if wording.subject.strip():
        subject = fill_line(wording.subject, values) or subject
        refuse_in_subject(subject, dict(secrets))
    return subject, introduction, values
