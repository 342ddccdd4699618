"""Edit the texts of e-mails: check, preview, try, save and reset them."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from core.annotations import Text

from .account_messages import ACCOUNT_KINDS, email_to
from .bodies import problems_of_body
from .kinds import EmailKind
from .messages import Message
from .models import EmailTemplate, OutboxEmail
from .outbox import enqueue_message
from .placeholders import as_template, placeholders_of, problems_of
from .rendering import preview, rendered_kinds
from .sample_registry import sample_of
from .secrets import Parts, hide
from .wording import Wording, trying

logger = logging.getLogger(__name__)

# How many of the latest e-mails of a kind are tried until one can be rendered.
MAX_TRIED = 20


@dataclass(frozen=True)
class Standard:
    """The standard texts of a kind in one language, with placeholders."""

    subject: str
    introduction: str
    body: str
    # The blocks of the body, and the required ones.
    blocks: tuple[str, ...]
    required: frozenset[str]
    is_about_order: bool


@dataclass(frozen=True)
class Trial:
    """An e-mail rendered with texts that are not saved yet; `is_sample` if its data is made up."""

    email: OutboxEmail
    message: Message
    is_sample: bool


def editable_kinds() -> list[EmailKind]:
    """Return every kind whose texts staff can edit, the most urgent first."""
    return [kind for kind in rendered_kinds() if not kind.is_written_each_time]


def standard_of(kind: str, language: str) -> Standard:
    """Return the standard texts of a kind, made from its sample."""
    sample = _sample(kind, language, Wording())
    standard = sample.message.standard
    assert standard is not None
    return Standard(
        subject=as_template(standard.subject, standard.values),
        introduction=as_template(standard.introduction, standard.values),
        body=as_template(standard.body, standard.values),
        blocks=standard.blocks,
        required=standard.required,
        is_about_order="order" in sample.email.about,
    )


def stored_wording(kind: str, language: str) -> EmailTemplate | None:
    """Return what staff wrote for this kind and language, or None."""
    return EmailTemplate.objects.filter(kind=kind, language=language).first()


def problems_with(kind: str, language: str, wording: Wording) -> Mapping[str, list[Text]]:
    """Return the errors in the texts by field; an empty mapping if they can be used."""
    known = placeholders_of(kind)
    found = {
        "subject": problems_of(wording.subject, known, links=False),
        "introduction": problems_of(wording.introduction, known),
        "body": [],
    }
    if wording.body.strip():
        standard = standard_of(kind, language)
        found["body"] = problems_of_body(wording.body, known, standard.blocks, standard.required)
    if not any(found.values()):
        try:
            _sample(kind, language, wording)
        except Exception as error:
            message = _("The e-mail cannot be rendered with this text: %(error)s")
            found["body"] = [message % {"error": error}]
    return {name: problems for name, problems in found.items() if problems}


def save_wording(*, kind: str, language: str, wording: Wording) -> EmailTemplate | None:
    """Save the texts of a kind in one language; return the row, or None if all are standard.

    A text that equals the standard is stored as empty, so that it follows the standard.
    """
    standard = standard_of(kind, language)
    written = {
        "subject": wording.subject.strip(),
        "introduction": _lines(wording.introduction),
        "body": _lines(wording.body),
    }
    for name, text in written.items():
        if text == getattr(standard, name):
            written[name] = ""
    if not any(written.values()):
        reset_wording(kind=kind, language=language)
        return None
    template = stored_wording(kind, language) or EmailTemplate(kind=kind, language=language)
    for name, text in written.items():
        setattr(template, name, text)
    template.error = ""
    template.save()
    return template


def reset_wording(*, kind: str, language: str) -> None:
    """Return to the standard texts of a kind in one language. Repeatable."""
    for template in EmailTemplate.objects.filter(kind=kind, language=language):
        template.delete()


def try_wording(
    kind: str, language: str, wording: Wording, *, order: str = "", customer: str = ""
) -> Trial | None:
    """Render the latest e-mail of the kind with the texts; nothing is stored.

    It is the latest about this order or to this customer, if one is given: then None is returned
    if there is none. Without any that can still be rendered, the sample is used.
    """
    for email in _emails_to_try(kind, order.strip().upper(), customer.strip()):
        email.language = language
        try:
            with transaction.atomic(), trying(wording):
                message = preview(email)
        except Exception:
            # An old e-mail, whose order or file is gone.
            logger.warning("E-mail %s could not be previewed.", email.key, exc_info=True)
            continue
        if message is not None:
            return Trial(email, message, is_sample=False)
    return None if order or customer else _sample(kind, language, wording)


def send_test(*, trial: Trial, user: User) -> None:
    """Send the rendered e-mail to a member of staff, without attachments and personal links."""
    parts = hide(Parts(trial.message.text, trial.message.html, {}), trial.message.secrets)
    with transaction.atomic():
        enqueue_message(
            to=user.email,
            subject=_("Test: %(subject)s") % {"subject": trial.message.subject},
            text=parts.text,
            html=parts.html,
        )


def _emails_to_try(kind: str, order: str, customer: str) -> list[OutboxEmail]:
    if customer and kind in ACCOUNT_KINDS:
        users = User.objects.filter(email__iexact=customer)
        return [email_to(kind, user) for user in users[:1]]
    emails = OutboxEmail.objects.filter(kind=kind).select_related("user").order_by("-pk")
    if order:
        emails = emails.filter(about__order=order)
    if customer:
        emails = emails.filter(to__iexact=customer)
    return list(emails[:MAX_TRIED])


def _sample(kind: str, language: str, wording: Wording) -> Trial:
    with translation.override(language), trying(wording):
        email, message = sample_of(kind)
    assert message is not None
    return Trial(email, message, is_sample=True)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
