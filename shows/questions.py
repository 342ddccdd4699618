"""What a performance asks at the checkout, and the texts of all questions that were ever asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.shared_cache import clear_shared_cache, get_or_read

from .models import Question
from .models.questions import in_language

CACHE_KEY, CACHE_SECONDS = "questions", 10.0
PREFIX = "question_"
COLUMNS = ("id", "kind", "labels", "choices", "per", "is_required", "is_changeable")


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A question as pages need it. `labels` and `choices` are by language code."""

    id: int
    kind: str
    labels: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]
    per_ticket: bool = False
    is_required: bool = False
    is_changeable: bool = True

    @property
    def name(self) -> str:
        """The name of its field and of its answer."""
        return f"{PREFIX}{self.id}"

    @property
    def label(self) -> str:
        """The question in the active language."""
        own = in_language(dict(self.labels), get_language() or settings.LANGUAGE_CODE)
        if own:
            return str(own)
        if self.kind == Question.Kind.PHONE:
            return _("Phone number")
        if self.kind == Question.Kind.ACCESS:
            return _("Access requirements")
        return str(Question.Kind(self.kind).label)

    @property
    def options(self) -> list[tuple[str, str]]:
        """The choices as (stored value, text in the active language)."""
        if self.kind == Question.Kind.YES_NO:
            return [("yes", _("Yes")), ("no", _("No"))]
        by_language = {code: list(texts) for code, texts in self.choices.items()}
        stored = in_language(by_language, settings.LANGUAGE_CODE) or []
        shown = in_language(by_language, get_language() or settings.LANGUAGE_CODE) or []
        return list(zip(stored, shown, strict=False))

    def text_of(self, answer: str) -> str:
        """Return a stored answer in the active language."""
        return dict(self.options).get(answer, answer)


def term_from_row(row: Mapping[str, Any]) -> QuestionTerm:
    """Return the term of a row of `PerformanceQuerySet.with_questions`."""
    return QuestionTerm(
        id=row["id"],
        kind=row["kind"],
        labels=row["labels"],
        choices=row["choices"],
        per_ticket=row["per"] == Question.Per.TICKET,
        is_required=row["is_required"],
        is_changeable=row["is_changeable"],
    )


def all_questions() -> Mapping[str, QuestionTerm]:
    """Return every question by the name of its answers, also of those not asked any more.

    At most CACHE_SECONDS old.
    """
    return get_or_read(CACHE_KEY, CACHE_SECONDS, _read_all)


def clear_cached_questions() -> None:
    """Clear this process's questions, and the terms that contain them."""
    clear_shared_cache(None)


def _read_all() -> Mapping[str, QuestionTerm]:
    terms = (term_from_row(row) for row in Question.objects.values(*COLUMNS))
    return {term.name: term for term in terms}
