"""Forms of the waiting room in the admin."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from .lanes import clean_code, digest_of
from .models import Lane


class LaneForm(forms.ModelForm):
    """A lane. Its codes are typed here once, and only their digests are kept."""

    new_codes = forms.CharField(
        label=_("codes to add"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("One to a line. The lane for everybody has none."),
    )

    class Meta:
        model = Lane
        fields = ["name", "weight"]

    def clean_new_codes(self):
        codes = [line for line in self.cleaned_data["new_codes"].splitlines() if clean_code(line)]
        if any(len(clean_code(code)) < 6 for code in codes):
            raise ValidationError(_("A code needs at least six letters or digits."))
        return [digest_of(code) for code in codes]

    def save(self, commit=True):
        lane = super().save(commit=False)
        lane.codes = list(dict.fromkeys([*lane.codes, *self.cleaned_data["new_codes"]]))
        if commit:
            # The other fields belong to the queue, which moves on meanwhile.
            lane.save(update_fields=["name", "weight", "codes"] if lane.pk else None)
        return lane


class LaneFormSet(forms.BaseInlineFormSet):
    """At most one lane is for everybody, so that nobody has to be told which."""

    def clean(self):
        super().clean()
        open_to_all = 0
        for form in self.forms:
            told = getattr(form, "cleaned_data", None)
            if not told or told.get("DELETE"):
                continue
            open_to_all += not (form.instance.codes or told.get("new_codes"))
        if open_to_all > 1:
            raise ValidationError(_("Only one lane can be without codes: the one for everybody."))


class PaceForm(forms.Form):
    capacity = forms.IntegerField(
        label=_("shoppers at once"),
        min_value=1,
        validators=[MaxValueValidator(100_000)],
        widget=UnfoldAdminIntegerFieldWidget,
    )
    rate = forms.IntegerField(
        label=_("let in a minute, at most"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class MessageForm(forms.Form):
    message = forms.CharField(
        label=_("message to everybody who waits"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
    )
