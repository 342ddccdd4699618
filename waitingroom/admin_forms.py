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

from .joining import clean_code, digest_of
from .models import Lane


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
    message = forms.CharField(
        label=_("message to everyone waiting"),
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
    )
