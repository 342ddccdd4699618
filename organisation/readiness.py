"""Which legal texts are missing before tickets can be sold."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from .current import current_organisation, current_texts
from .models import LegalText

# Without these nobody may sell online in most of Europe.
REQUIRED_TEXTS = [LegalText.Kind.TERMS, LegalText.Kind.PRIVACY, LegalText.Kind.IMPRINT]


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
        return MissingText(kind, _("“%s” is not published.") % kind.label, url)
    if current is not None and current.is_sample:
        return MissingText(kind, _("“%s” is the sample text.") % kind.label, url)
    return None
