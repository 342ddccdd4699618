"""The questions and answers of the help page."""

from .legal_texts import best_languages
from .models import HelpEntry


def help_entries() -> list[HelpEntry]:
    """Return the published questions in the visitor's language, or the best one that has any."""
    entries = list(HelpEntry.objects.published())
    languages = {entry.language for entry in entries}
    best = next((code for code in best_languages() if code in languages), None)
    return [entry for entry in entries if entry.language == best]
