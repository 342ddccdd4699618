"""The organisation of the demo data: Northlight, with a logo and an accent of its own."""

from pathlib import Path

from django.core.files.base import ContentFile

from organisation.legal_texts import publish, save_draft, start_draft
from organisation.models import HelpEntry, LegalText, Organisation
from organisation.samples import PLACEHOLDER, sample_of

from .help_texts import ACCESSIBILITY, IMPRINT, QUESTIONS, WORDS

FOLDER = Path(__file__).parent / "pictures"
FIELDS = {
    "name": "Northlight",
    "accent": "#0a5c8a",
    "email": "boxoffice@northlight.example",
    "phone": "+44 131 496 0123",
    "address": "Northlight Presents Ltd\n2 Castle Wynd\nEdinburgh EH1 2NG",
    "social_links": "https://www.instagram.com/northlight.example\nhttps://northlight.example/",
    "time_zone": "Europe/London",
    "currency": "GBP",
    "sender_address": "tickets@northlight.example",
    "news_address": "news@northlight.example",
    "reply_to": "boxoffice@northlight.example",
}


def fill_organisation() -> None:
    """Give the organisation its name, brand and contact, as if staff had entered them."""
    organisation, _made = Organisation.objects.get_or_create(pk=1)
    for name, value in FIELDS.items():
        setattr(organisation, name, value)
    organisation.logo.save("northlight.png", _picture("logo.png"), save=False)
    organisation.logo_dark.save("northlight-dark.png", _picture("logo-dark.png"), save=False)
    organisation.favicon.save("northlight-icon.png", _picture("icon.png"), save=False)
    organisation.save()


def write_texts() -> None:
    """Publish texts and answer questions on the help page, in both languages."""
    for language, questions in QUESTIONS.items():
        _publish(LegalText.Kind.IMPRINT, language, IMPRINT.format(**WORDS[language]))
        sample = sample_of(LegalText.Kind.ACCESSIBILITY, language)
        for filled_in in ACCESSIBILITY[language]:
            sample = PLACEHOLDER.sub(filled_in, sample, count=1)
        _publish(LegalText.Kind.ACCESSIBILITY, language, sample)
        HelpEntry.objects.bulk_create(
            HelpEntry(language=language, question=question, answer=answer, ordinal=ordinal)
            for ordinal, (question, answer) in enumerate(questions, start=1)
        )


def _publish(kind: str, language: str, body: str) -> None:
    draft = start_draft(kind=kind, language=language)
    save_draft(text=draft, body=body)
    publish(text=draft, by="demo")


def _picture(name: str) -> ContentFile:
    # Without a name, Django stores no width and height, and reads the file with each row.
    return ContentFile((FOLDER / name).read_bytes(), name=name)
