"""The keys of payment providers in the admin: entered, tried and replaced, never shown.

Here rather than in `payments`, which knows nothing of accounts and their second factors.
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from core.admin.bases import ModelAdmin
from payments.credentials import (
    Credentials,
    access_token_in_environment,
    find_problems,
    is_set_in_environment,
    save_credentials,
)
from payments.models import ProviderKeys
from payments.providers import get_provider

from .mail_server import MailServerAdmin  # noqa: F401  They are registered.
from .payment_provider import ProviderChoiceAdmin  # noqa: F401
from .superuser_secrets import SecretsAdmin
from .wallets import AppleWalletAdmin, GoogleWalletAdmin  # noqa: F401  The same.


class ProviderKeysForm(forms.ModelForm):
    """New keys of a provider. They are tried at the provider before they are saved."""

    secret = forms.CharField(
        label=_("secret key"),
        max_length=300,
        strip=True,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text=_("A restricted key suffices. It is stored encrypted and never shown again."),
    )
    signing_secrets = forms.CharField(
        label=_("webhook secrets"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text=_("Separate several by spaces: while they are rotated, all are accepted."),
    )

    token = forms.CharField(
        label=_("access token"),
        max_length=300,
        required=False,
        strip=True,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text=_(
            "For Mollie, which shows payouts to this token only. Permissions: settlements.read and"
            " payments.read. Leave empty to keep the stored one."
        ),
    )

    class Meta:
        model = ProviderKeys
        fields = ["provider"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            choices = [(name, name.capitalize()) for name in settings.REAL_PAYMENT_PROVIDERS]
            self.fields["provider"] = forms.ChoiceField(
                choices=choices, label=_("provider"), widget=UnfoldAdminSelectWidget
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        provider = data.get("provider") or self.instance.provider
        if not (provider and data.get("secret")):
            return data
        keys = Credentials(
            secret_key=data["secret"],
            webhook_secrets=tuple(data.get("signing_secrets", "").replace(",", " ").split()),
            api_base=settings.PAYMENT_KEYS.get(provider, {}).get("api_base", ""),
        )
        if problems := find_problems(provider, keys):
            raise ValidationError({"secret": problems})
        data["keys"] = self._with_token(provider, keys, data.get("token", ""))
        return data

    def _with_token(self, provider: str, keys: Credentials, token: str) -> Credentials:
        """Return the keys with the access token. Raises ValidationError unless it works."""
        if not token:
            return keys
        if not get_provider(provider).takes_access_token:
            problem = gettext("%s needs no access token. Leave this empty.")
            raise ValidationError({"token": problem % provider.capitalize()})
        keys = replace(keys, access_token=token)
        if problems := find_problems(provider, keys):
            raise ValidationError({"token": problems})
        return keys


@admin.register(ProviderKeys)
class ProviderKeysAdmin(SecretsAdmin, ModelAdmin):
    form = ProviderKeysForm
    list_display = ["provider", "key_hint", "checked_at", "in_use"]
    secret_fields = ("secret_key", "webhook_secrets", "access_token")
    fieldsets = [(None, {"fields": ["provider", "secret", "signing_secrets", "token"]})]

    @admin.display(description=_("in use"), boolean=True)
    def in_use(self, keys: ProviderKeys) -> bool:
        return not is_set_in_environment(keys.provider)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["provider"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        provider = form.cleaned_data.get("provider") or obj.provider
        keys = form.cleaned_data["keys"]
        saved = save_credentials(provider, keys)
        obj.pk = saved.pk
        if is_set_in_environment(provider):
            text = _("The keys in the environment take precedence over these.")
            self.message_user(request, text, messages.WARNING)
        elif keys.access_token and access_token_in_environment(provider):
            text = _("The access token in the environment takes precedence over this one.")
            self.message_user(request, text, messages.WARNING)
