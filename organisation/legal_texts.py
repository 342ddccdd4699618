"""Write, publish and find legal texts, and tell which are missing; find the help entries."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from core.exceptions import Refused

from .current import TextRef, clear_cached_organisation, current_organisation, current_texts
from .models import HelpEntry, LegalText
from .samples import is_sample, sample_of

# Without these nobody may sell online in most of Europe.
REQUIRED_TEXTS = [LegalText.Kind.TERMS, LegalText.Kind.PRIVACY, LegalText.Kind.IMPRINT]

# By primary key, as read by `published_text`.
_published: dict[int, LegalText] = {}


class AlreadyPublished(Refused):
    """The version is published, so it cannot change."""

    status = 409
    message = gettext_lazy("This version is published. Edit it as a new draft.")


def start_draft(*, kind: str, language: str) -> LegalText:
    """Return the draft of a text; create it from the current version, else from the sample."""
    drafts = LegalText.objects.drafts().of(kind, language)
    if draft := drafts.first():
        return draft
    latest = LegalText.objects.of(kind, language).first()
    body = latest.body if latest else sample_of(kind, language)
    try:
        with transaction.atomic():
            return LegalText.objects.create(
                kind=kind,
                language=language,
                version=latest.version + 1 if latest else 1,
                body=body,
                is_sample=is_sample(kind, language, body),
            )
    except IntegrityError:  # Somebody else has just started it.
        return drafts.get()


def save_draft(*, text: LegalText, body: str) -> LegalText:
    """Change a draft. Raises AlreadyPublished."""
    with transaction.atomic():
        draft = LegalText.objects.select_for_update().get(pk=text.pk)
        if draft.is_published:
            raise AlreadyPublished
        draft.body = body
        draft.is_sample = is_sample(draft.kind, draft.language, body)
        draft.save(update_fields=["body", "is_sample"])
    return draft


def publish(*, text: LegalText, by: str) -> LegalText:
    """Make a draft the current version. Publishing it twice does nothing the second time."""
    with transaction.atomic():
        draft = LegalText.objects.select_for_update().get(pk=text.pk)
        if not draft.is_published:
            draft.published_at, draft.published_by = Now(), by
            draft.save(update_fields=["published_at", "published_by"])
    clear_cached_organisation()
    draft.refresh_from_db()
    return draft


def current_text(kind: str, language: str | None = None) -> TextRef | None:
    """Return the current version of a text in a language, by default the active one.

    Where it has none in that language, the one in the organisation's, else in any. Costs no query.
    """
    texts = current_texts()
    wanted = best_languages(language)
    return next((texts[kind, code] for code in wanted if (kind, code) in texts), None)


def best_languages(language: str | None = None) -> list[str]:
    """Return the languages in which to look for a text, the best first."""
    active = language or (get_language() or "").partition("-")[0]
    return [active, current_organisation().language, *dict(settings.LANGUAGES)]


def published_text(pk: int | None) -> LegalText | None:
    """Return a published version without its content, or None for none.

    Published versions never change, so each is read at most once in a process.
    """
    if pk is None:
        return None
    if pk not in _published:
        versions = LegalText.objects.published().defer("body")
        _published.update(versions.in_bulk())
    return _published.get(pk)


def help_entries() -> list[HelpEntry]:
    """Return the published questions in the visitor's language, or the best one that has any."""
    entries = list(HelpEntry.objects.published())
    languages = {entry.language for entry in entries}
    best = next((code for code in best_languages() if code in languages), None)
    return [entry for entry in entries if entry.language == best]


@dataclass(frozen=True, slots=True)
class MissingText:
    """`text` is a sentence for staff, `url` where the versions of the legal text are listed."""

    kind: LegalText.Kind
    text: str
    url: str


def missing_texts() -> list[MissingText]:
    """Return the texts that are samples or not published, in the default language. No query."""
    return [missing for kind in LegalText.Kind if (missing := _missing_text(kind))]


def _missing_text(kind: LegalText.Kind) -> MissingText | None:
    language = current_organisation().language
    current = current_texts().get((kind.value, language))
    url = reverse("admin:organisation_legaltext_changelist")
    url += f"?kind__exact={kind.value}&language__exact={language}"
    if current is None and kind in REQUIRED_TEXTS:
        return MissingText(kind, gettext("“%s” is not published.") % kind.label, url)
    if current is not None and current.is_sample:
        return MissingText(kind, gettext("“%s” is the sample text.") % kind.label, url)
    return None
