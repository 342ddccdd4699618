"""Forms with which staff create and change accounts."""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    _Base = forms.ModelForm[User]
else:
    _Base = object


class StaffRules(_Base):
    """Validation of both forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self.fields["groups"].label = _("roles")
            self.fields["groups"].help_text = _("What this person can do in the admin.")
            self.fields["is_staff"].help_text = _(
                "Can sign in to the admin. The roles decide what is possible there."
            )

    def clean_email(self) -> str:
        """Normalise the address; refuse one that is verified for another account."""
        email = normalise_email(self.cleaned_data["email"])
        others = EmailAddress.objects.filter(email=email, verified=True)
        if others.exclude(user_id=self.instance.pk).exists():
            raise ValidationError(_("Another account uses this e-mail address."))
        return email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("groups") and not data.get("is_staff", self.instance.is_staff):
            self.add_error("is_staff", _("A role needs access to the admin: tick this as well."))
        return data


class UserCreationForm(StaffRules, UnfoldUserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["usable_password"]
        choice.label, choice.help_text = _("log-in"), ""
        choice.choices = [
            ("true", _("with the password below")),
            ("false", _("without a password, for example by a passkey")),
        ]

    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes: dict[str, Any] = {}


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
        field_classes: dict[str, Any] = {}
