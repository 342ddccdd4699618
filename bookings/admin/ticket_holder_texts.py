"""Form fields for texts to ticket holders, one for each language of the site."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.admin.confirmation import ReasonForm
from emails.placeholders import Placeholder, problems_of
from organisation.language import offered_languages

MARKS = gettext_lazy(
    "An empty line starts a paragraph. **bold**, *italic*, - list, [text](https://…)."
)


def text_field(language: str, **options: Any) -> forms.CharField:
    """Return the field for a text in a language."""
    return forms.CharField(
        label=_("message to ticket holders (%(language)s)") % {"language": language},
        max_length=5000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        **options,
    )


def subject_field(language: str) -> forms.CharField:
    """Return the field for a subject in a language."""
    return forms.CharField(
        label=_("subject (%(language)s)") % {"language": language},
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )


def check_placeholders(
    form: forms.Form, name: str, placeholders: Sequence[Placeholder], *, links: bool = True
) -> None:
    """Add errors in the placeholders of a field to the field."""
    for problem in problems_of(form.cleaned_data.get(name, ""), placeholders, links=links):
        form.add_error(name, str(problem))


class ReasonWithTextForm(ReasonForm):
    """A reason for the log, and the texts to ticket holders, by language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in offered_languages():
            self.fields[f"text_{code}"] = text_field(
                str(name), help_text=_("Shown in the e-mail that they get.") + f" {MARKS}"
            )

    def clean(self) -> dict[str, Any]:
        """Collect the texts as `texts`, as the operations take them."""
        data = super().clean() or {}
        texts = {}
        for code, _name in offered_languages():
            check_placeholders(self, f"text_{code}", ())
            text = data.pop(f"text_{code}", "").strip()
            if text:
                texts[code] = {"subject": "", "text": text}
        return {**data, "texts": texts}
