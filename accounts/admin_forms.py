"""How staff make and change accounts."""

from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserChangeForm as UnfoldUserChangeForm
from unfold.forms import UserCreationForm as UnfoldUserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from core.email_addresses import normalise_email

from .forms import time_zone_choices
from .models import User


class StaffRules:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self.fields["groups"].help_text = _("What they may do in the admin.")
            self.fields["is_staff"].help_text = _("May open the admin, as far as the role reaches.")

    def clean_email(self):
        """Addresses are kept in lower case, and each belongs to one account."""
        email = normalise_email(self.cleaned_data["email"])
        others = EmailAddress.objects.filter(email=email, verified=True)
        if others.exclude(user_id=self.instance.pk).exists():
            raise ValidationError(_("Another account has this address."))
        return email

    def clean(self):
        data = super().clean()
        if data.get("groups") and not data.get("is_staff", self.instance.is_staff):
            self.add_error("is_staff", _("A role works in the admin: tick this as well."))
        return data


class UserCreationForm(StaffRules, UnfoldUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes = {}


class UserChangeForm(StaffRules, UnfoldUserChangeForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = User
        exclude = ["user_permissions"]
        field_classes = {}
