"""Questions of the checkout in the admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.admin.autocomplete import AutocompletingAdmin
from core.admin.bases import ModelAdmin
from organisation.language import offered_languages
from shows.models import Question
from shows.models.questions import MAX_CHOICES, in_language
from shows.questions import clear_cached_questions

KINDS_WITH_LABEL = (Question.Kind.PHONE, Question.Kind.ACCESS)


class QuestionForm(forms.ModelForm):
    """A question, with its label and choices in each language."""

    class Meta:
        model = Question
        fields = [
            *["kind", "per", "is_required", "is_changeable", "is_active"],
            *["venue", "show", "performance", "ordinal"],
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in offered_languages():
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Question (%s)") % str(language),
                required=False,
                max_length=150,
                initial=self.instance.labels.get(code, ""),
                widget=UnfoldAdminTextInputWidget,
            )
            self.fields[f"choices_{code}"] = forms.CharField(
                label=_("Choices (%s)") % str(language),
                required=False,
                max_length=4000,
                initial="\n".join(self.instance.choices.get(code, [])),
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
                help_text=_("One per line, in the same order in each language."),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = [name for name in ("venue", "show", "performance") if data.get(name)]
        if len(chosen) > 1:
            message = _("Choose a venue, a show or a performance, not several.")
            self.add_error(chosen[-1], message)
        labels = self._texts("label")
        if not labels and data.get("kind") not in KINDS_WITH_LABEL:
            self.add_error(f"label_{offered_languages()[0][0]}", _("Enter the question."))
        self.instance.labels = _not_offered(self.instance.labels) | labels
        self.instance.choices = self._choices() if data.get("kind") == "choice" else {}
        return data

    def _texts(self, name):
        texts = {
            code: self.cleaned_data.get(f"{name}_{code}") for code, _name in offered_languages()
        }
        return {code: text for code, text in texts.items() if text}

    def _choices(self):
        lists = {}
        for code, text in self._texts("choices").items():
            lines = [line.strip()[:120] for line in text.splitlines()]
            lists[code] = [line for line in lines if line]
        first = in_language(lists, settings.LANGUAGE_CODE) or []
        for code, lines in lists.items():
            if len(lines) != len(first):
                self.add_error(
                    f"choices_{code}", _("Each language needs the same number of choices.")
                )
            elif len(lines) > MAX_CHOICES:
                self.add_error(f"choices_{code}", _("Enter at most %d choices.") % MAX_CHOICES)
            elif len(set(lines)) < len(lines):
                self.add_error(f"choices_{code}", _("Enter each choice once."))
        if len(first) < 2:
            field = f"choices_{offered_languages()[0][0]}"
            self.add_error(field, _("Enter at least two choices."))
        # Choices of another number would no longer stand for the same ones.
        hidden = _not_offered(self.instance.choices)
        return {code: one for code, one in hidden.items() if len(one) == len(first)} | lists


def _not_offered(texts: dict[str, Any]) -> dict[str, Any]:
    """Return the texts in languages that are no longer offered, which the form does not show."""
    shown = dict(offered_languages())
    return {code: text for code, text in texts.items() if code not in shown}


class QuestionAdmin(AutocompletingAdmin, ModelAdmin):
    """Questions are switched off, not deleted, since the answers of orders refer to them."""

    form = QuestionForm
    list_display = ["text", "kind", "per", "scope", "is_required", "is_active"]
    list_filter = ["is_active", "kind", "per"]
    list_select_related = ["venue", "show", "performance__show", "performance__venue"]
    autocomplete_fields = ["venue", "show", "performance"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        codes = [code for code, _name in offered_languages()]
        return [
            (None, {"fields": ["kind", *(f"label_{code}" for code in codes)]}),
            (
                gettext_lazy("Choices"),
                {
                    "fields": [f"choices_{code}" for code in codes],
                    "description": gettext_lazy("For questions with a choice."),
                },
            ),
            (
                gettext_lazy("Asked"),
                {"fields": ["per", "is_required", "is_changeable", "is_active", "ordinal"]},
            ),
            (gettext_lazy("Where"), {"fields": ["venue", "show", "performance"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Leave the fields by language, which the form adds itself, out of Django's check."""
        kwargs["fields"] = QuestionForm.Meta.fields
        return super().get_form(request, obj, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Question | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("question"))
    def text(self, question: Question) -> str:
        return str(question)

    @admin.display(description=gettext_lazy("where"))
    def scope(self, question: Question) -> str:
        one = question.venue or question.show or question.performance
        return str(one or _("every performance"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        clear_cached_questions()
