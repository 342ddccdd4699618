"""Translations of what staff have entered, by its wording.

A page asks for many short texts. So each process keeps all translations, and reads them again after
a change: the organisation's row, which is read anyway, has a token that every change renews.
"""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, ProgrammingError, transaction
from django.utils.translation import get_language

from .current import clear_cached_organisation, current_organisation
from .models import Organisation, Translation
from .models.organisation import ONLY_KEY

Texts = Mapping[str, str]
# Functions that return the texts in use that can be translated. Apps above this one add theirs.
USED_TEXTS: list[Callable[[], Iterable[str]]] = []


@dataclass(slots=True)
class _Read:
    token: str = ""
    texts: dict[str, Texts] = field(default_factory=dict)


_last = _Read()
_lock = threading.Lock()


def translation_of(text: str) -> str | None:
    """Return the text in the active language as staff have translated it, or None. No query."""
    found = _current().get(text)
    if not found:
        return None
    language = get_language() or ""
    return found.get(language) or found.get(language.partition("-")[0])


def translations_of(texts: Iterable[str]) -> dict[str, Texts]:
    """Return the stored translations by text and language. One query."""
    wanted = Translation.objects.filter(text__in=set(texts))
    return dict(wanted.values_list("text", "texts"))


@transaction.atomic
def save_translations(changes: Mapping[str, Texts]) -> None:
    """Store the translations of these texts by language: all that there are, empty for none."""
    before = translations_of(changes)
    for text, by_language in changes.items():
        kept = {code: one for code, one in by_language.items() if one}
        if kept == before.get(text, {}):
            continue
        if kept:
            Translation.objects.update_or_create(text=text, defaults={"texts": kept})
        else:
            Translation.objects.filter(text=text).delete()
        renew_token()


def renew_token() -> None:
    """Let every process read the translations again."""
    Organisation.objects.get_or_create(pk=ONLY_KEY)
    token = secrets.token_hex(8)
    Organisation.objects.filter(pk=ONLY_KEY).update(translations_token=token)
    clear_cached_organisation()
    transaction.on_commit(clear_cached_organisation)


def add_used_texts() -> int:
    """Add the texts in use that have no row yet, without translations. Return their number."""
    used = {text for texts in USED_TEXTS for text in texts() if text}
    new = sorted(used - set(Translation.objects.values_list("text", flat=True)))
    Translation.objects.bulk_create([Translation(text=text) for text in new], ignore_conflicts=True)
    return len(new)


def _current() -> Mapping[str, Texts]:
    token = current_organisation().translations_token
    if token == _last.token or not _lock.acquire(blocking=False):
        return _last.texts
    try:
        # The token was read first: the rows are at least as new.
        rows = Translation.objects.exclude(texts={}).values_list("text", "texts") if token else ()
        _last.texts = dict(rows)
        _last.token = token
    except (OperationalError, InterfaceError, ProgrammingError):
        pass  # Unavailable: what was read last.
    finally:
        _lock.release()
    return _last.texts
