"""The wording of e-mails that staff have edited: a subject, an introduction, a body.

Tickets, prices and the link to the order are blocks of the body (`emails.bodies`); header and
footer come from the template. A text that cannot be filled in is replaced by the standard one, so
that the e-mail is still sent.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from .bodies import STYLES, Body
from .models import EmailTemplate
from .placeholders import fill_line, fill_markdown, placeholders_of, values_of
from .secrets import refuse_in_subject

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wording:
    """A subject, an introduction and a body; an empty one is the standard text."""

    subject: str = ""
    introduction: str = ""
    body: str = ""
    # The row that it was read from.
    template_id: int | None = None


@dataclass(frozen=True)
class StandardWording:
    """The standard texts of one e-mail, and the values of its placeholders."""

    subject: str
    introduction: str
    body: str
    values: Mapping[str, str]
    # The blocks of the body, and the required ones.
    blocks: tuple[str, ...]
    required: frozenset[str]


_draft: ContextVar[Wording | None] = ContextVar("emails_draft_wording", default=None)


@contextmanager
def trying(wording: Wording) -> Iterator[None]:
    """Render e-mails inside with this wording in place of the stored one; its errors are raised."""
    token = _draft.set(wording)
    try:
        yield
    finally:
        _draft.reset(token)


def wording_of(kind: str, language: str) -> Wording:
    """Return the wording to render e-mails of a kind with: a draft, or what is stored."""
    draft = _draft.get()
    if draft is not None:
        return draft
    template = EmailTemplate.objects.filter(kind=kind, language=language).first()
    if template is None:
        return Wording()
    return Wording(template.subject, template.introduction, template.body, template.pk)


def note_failure(wording: Wording, kind: str, error: Exception) -> None:
    """Remember why the standard texts are sent in place of the stored wording."""
    logger.error("The edited texts of e-mails of the kind %s are not used.", kind, exc_info=error)
    reason = f"{type(error).__name__}: {error}"[:300]
    EmailTemplate.objects.filter(pk=wording.template_id or 0, error="").update(error=reason)


def fill_wording(
    wording: Wording,
    kind: str,
    subject: str,
    context: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> tuple[str, Body]:
    """Return the subject and the body of an e-mail, for the tags of its templates."""
    placeholders = placeholders_of(kind)
    values = values_of(placeholders, {**context, "standard_subject": subject})
    body = Body(wording.body.strip(), placeholders, values, code=secrets.get("code", ""))
    if wording.introduction.strip():
        body.introduction, body.introduction_html = fill_markdown(
            wording.introduction, placeholders, values, STYLES
        )
    if wording.subject.strip():
        subject = fill_line(wording.subject, values) or subject
        refuse_in_subject(subject, dict(secrets))
    return subject, body
