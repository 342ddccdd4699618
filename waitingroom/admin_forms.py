"""Forms of the waiting room in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from organisation.language import offered_languages
from organisation.translations import translations_of

from .joining import clean_code, digest_of
from .models import Lane

LONGEST_MESSAGE = 300


class LaneForm(forms.ModelForm):
    """Edit a lane. Access codes are entered here once; only their digests are stored."""

    new_codes = forms.CharField(
        label=_("access codes to add"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("One per line. The public lane has none."),
    )

    class Meta:
        model = Lane
        fields = ["name", "weight"]

    def clean_new_codes(self) -> list[str]:
        codes = [line for line in self.cleaned_data["new_codes"].splitlines() if clean_code(line)]
        if any(len(clean_code(code)) < 6 for code in codes):
            raise ValidationError(_("An access code needs at least six letters or digits."))
        return [digest_of(code) for code in codes]

    def save(self, commit: bool = True) -> Lane:
        lane = super().save(commit=False)
        lane.codes = list(dict.fromkeys([*lane.codes, *self.cleaned_data["new_codes"]]))
        if commit:
            # The queue updates the other fields while the form is open.
            lane.save(update_fields=["name", "weight", "codes"] if lane.pk else None)
            Lane.objects.filter(returns_to=lane).update(weight=lane.weight)
        return lane


class LaneFormSet(forms.BaseInlineFormSet):
    """Allow only one public lane, so that joining without a code is unambiguous."""

    def clean(self) -> None:
        super().clean()
        public_lanes = 0
        for form in self.forms:
            data = getattr(form, "cleaned_data", None)
            if not data or data.get("DELETE"):
                continue
            public_lanes += not (form.instance.codes or data.get("new_codes"))
        if public_lanes > 1:
            raise ValidationError(_("Only one lane can have no access codes: the public lane."))


class PaceForm(forms.Form):
    """Set how many buyers are admitted, in total and per minute."""

    capacity = forms.IntegerField(
        label=_("max. concurrent buyers"),
        min_value=1,
        validators=[MaxValueValidator(100_000)],
        widget=UnfoldAdminIntegerFieldWidget,
    )
    rate = forms.IntegerField(
        label=_("admissions per minute"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class MessageForm(forms.Form):
    """A message to everyone waiting, with a field for each language that is offered."""

    message = forms.CharField(
        label=_("message to everyone waiting"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = translations_of([self.initial.get("message", "")])
        texts = next(iter(stored.values()), {})
        label = capfirst(self.fields["message"].label)
        for code, language in offered_languages():
            self.fields[f"message_{code}"] = forms.CharField(
                label=f"{label} ({language})",
                required=False,
                max_length=LONGEST_MESSAGE,
                initial=texts.get(code, ""),
                widget=UnfoldAdminTextInputWidget(attrs={"lang": code}),
            )

    def translations(self) -> dict[str, str]:
        """Return what was entered by language; empty for none."""
        return {code: self.cleaned_data[f"message_{code}"] for code, _name in offered_languages()}
