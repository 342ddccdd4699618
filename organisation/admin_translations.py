"""Translations in the admin: beside the fields that they translate, and in a list of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm, was_confirmed

from .language import offered_languages
from .models import Translation
from .models.translations import MAX_LENGTH
from .translations import add_used_texts, renew_token, save_translations, translations_of


class TranslatedTextsForm(forms.ModelForm):
    """A form with a field for each language after each of `translated`, its fields of text."""

    translated: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = {name: self._text(name) for name in self.translated}
        self._stored = translations_of(texts.values()) if any(texts.values()) else {}
        for name, text in texts.items():
            self.fields.update(self._fields_of(name, self._stored.get(text, {})))

    def _text(self, name: str) -> str:
        return getattr(self.instance, name) or ""

    def _fields_of(self, name: str, stored: Mapping[str, str]) -> dict[str, forms.Field]:
        field: Any = self.instance._meta.get_field(name)
        is_long = isinstance(field, models.TextField)
        label = str(field.verbose_name)
        return {
            f"{name}_{code}": forms.CharField(
                label=f"{label[:1].upper()}{label[1:]} ({language})",
                required=False,
                max_length=field.max_length or MAX_LENGTH,
                initial=stored.get(code, ""),
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "lang": code})
                if is_long
                else UnfoldAdminTextInputWidget(attrs={"lang": code}),
            )
            for code, language in offered_languages()
        }

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        save_translations(dict(self._changes()))

    def _changes(self) -> Iterator[tuple[str, dict[str, str]]]:
        stored = self._stored | translations_of(map(self._text, self.translated))
        for name in self.translated:
            by_language = {code: f"{name}_{code}" for code, _name in offered_languages()}
            entered = {code: self.cleaned_data.get(one, "") for code, one in by_language.items()}
            # A text that has changed keeps the translations that were left as they are.
            if self._text(name):
                yield self._text(name), {**stored.get(self._text(name), {}), **entered}


class TranslatedTextsAdmin(ModelAdmin):
    """Shows the fields of a `TranslatedTextsForm` after those that they translate."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        may_edit = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        if not may_edit:
            return fieldsets
        return [
            (title, {**options, "fields": list(self._with_translations(options["fields"]))})
            for title, options in fieldsets
        ]

    def _with_translations(self, fields: Any) -> Iterator[Any]:
        translated = getattr(self.form, "translated", ())
        for name in fields:
            yield name
            if name in translated:
                yield from (f"{name}_{code}" for code, _name in offered_languages())

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Leave the fields by language, which the form adds itself, out of Django's check."""
        if "fields" not in kwargs:
            kwargs["fields"] = flatten_fieldsets(self.get_fieldsets(request, obj))
        if kwargs["fields"]:
            added = set(self._with_translations(getattr(self.form, "translated", ())))
            added -= set(getattr(self.form, "translated", ()))
            kwargs["fields"] = [name for name in kwargs["fields"] if name not in added]
        return super().get_form(request, obj, **kwargs)


class TranslationForm(forms.ModelForm):
    """A text, and a field for each language."""

    class Meta:
        model = Translation
        fields = ["text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in offered_languages():
            self.fields[f"text_{code}"] = forms.CharField(
                label=language,
                required=False,
                max_length=MAX_LENGTH,
                initial=self.instance.texts.get(code, ""),
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "lang": code}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        entered = {code: data.get(f"text_{code}", "") for code, _name in offered_languages()}
        texts = {**self.instance.texts, **entered}
        self.instance.texts = {code: text for code, text in texts.items() if text}
        return data


@admin.register(Translation)
class TranslationAdmin(ModelAdmin):
    """Every text that staff have translated or are to translate, such as labels of the plans."""

    form = TranslationForm
    list_display = ["__str__", "languages"]
    search_fields = ["text"]
    search_help_text = gettext_lazy("Part of the text")
    actions_list = ["add_texts"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_edit = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        codes = [f"text_{code}" for code, _name in offered_languages()] if may_edit else []
        return [(None, {"fields": ["text", *codes]})]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Leave the fields by language, which the form adds itself, out of Django's check."""
        kwargs["fields"] = ["text"]
        return super().get_form(request, obj, **kwargs)

    @admin.display(description=gettext_lazy("languages"))
    def languages(self, translation: Translation) -> str:
        names = [name for code, name in offered_languages() if translation.texts.get(code)]
        return ", ".join(names) or "–"

    @action(
        description=gettext_lazy("Add texts in use"),
        url_path="add-texts",
        icon="playlist_add",
        permissions=["add"],
    )
    def add_texts(self, request: HttpRequest) -> HttpResponse:
        """Add the genres, cities, concessions and labels in use that are not in the list."""
        back = reverse("admin:organisation_translation_changelist")
        if was_confirmed(request):
            number = add_used_texts()
            text = ngettext("%d text added.", "%d texts added.", number) % number
            messages.success(request, text if number else _("Every text in use is in the list."))
            return redirect(back)
        return confirm(
            request,
            self,
            title=_("Add texts in use"),
            button=_("Add"),
            text=_(
                "Adds the genres, cities, concessions and labels of seating plans that are not in"
                " the list yet, to be translated."
            ),
            back=back,
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        renew_token()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        renew_token()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Translation]) -> None:
        super().delete_queryset(request, queryset)
        renew_token()
