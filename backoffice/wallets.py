"""The keys of wallets in the admin: entered and replaced, never shown."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminPasswordWidget

from core.admin.bases import ModelAdmin
from core.exceptions import Refused
from wallets.apple.certificates import check_signer, read_signer
from wallets.configuration import (
    clear_cached_keys,
    is_apple_in_environment,
    is_google_in_environment,
    save_apple,
    save_google,
)
from wallets.google.accounts import read_account
from wallets.models import AppleWallet, GoogleWallet, WalletPass

from .superuser_secrets import SecretsAdmin

LARGEST_FILE = 64 * 1024  # Bytes.


def _file(label: Any, help_text: Any = "", *, required: bool = True) -> forms.FileField:
    return forms.FileField(
        label=label, help_text=help_text, required=required, widget=UnfoldAdminFileFieldWidget
    )


def _content(uploaded: Any) -> bytes:
    if not uploaded:
        return b""
    if uploaded.size > LARGEST_FILE:
        raise Refused(gettext("The file is too large to be a key or a certificate."))
    return bytes(uploaded.read())


class AppleWalletForm(forms.ModelForm):
    certificate_file = _file(
        _("certificate"), _("As .p12 with its private key, or as .cer or .pem.")
    )
    key_file = _file(
        _("private key"), _("As .pem. Leave empty where the .p12 includes it."), required=False
    )
    secret = forms.CharField(
        label=_("password of the private key"),
        max_length=300,
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text=_("The key is stored encrypted and never shown again."),
    )
    issuer_file = _file(
        _("issuer’s certificate"),
        _("Apple’s intermediate certificate “WWDR” that issued yours, as .cer or .pem."),
    )

    class Meta:
        model = AppleWallet
        fields = ["pass_type_id"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            data["signer"] = read_signer(
                certificate=_content(data["certificate_file"]),
                private_key=_content(data.get("key_file")),
                issuer=_content(data["issuer_file"]),
                password=data.get("secret", ""),
            )
            check_signer(data["signer"], data["pass_type_id"])
        except Refused as refusal:
            raise ValidationError({"certificate_file": str(refusal)}) from None
        return data

    def clean_pass_type_id(self) -> str:
        """Refuse another pass type while passes of the former one are in use.

        They could never be changed or made void again.
        """
        wanted: str = self.cleaned_data["pass_type_id"].strip()
        before = self.instance.pass_type_id
        if before and wanted != before and WalletPass.objects.apple().followed().exists():
            raise ValidationError(
                gettext("There are passes of “%s” on devices. Renew the certificate of that type.")
                % before
            )
        return wanted


class GoogleWalletForm(forms.ModelForm):
    account_file = _file(
        _("key file of the service account"),
        _("As JSON. The key is stored encrypted and never shown again."),
    )

    class Meta:
        model = GoogleWallet
        fields = ["issuer_id"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            data["account"] = read_account(
                key_file=_content(data["account_file"]), issuer_id=data["issuer_id"].strip()
            )
        except Refused as refusal:
            raise ValidationError({"account_file": str(refusal)}) from None
        return data


class WalletAdmin(SecretsAdmin, ModelAdmin):
    """One row, which the environment overrides."""

    secret_fields = ("private_key",)

    def is_overridden(self) -> bool:
        raise NotImplementedError

    @admin.display(description=_("in use"), boolean=True)
    def in_use(self, row: Any) -> bool:
        return not self.is_overridden()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request) and not self.model.objects.exists()

    def warn_if_overridden(self, request: HttpRequest) -> None:
        if self.is_overridden():
            text = gettext("The keys in the environment take precedence over these.")
            self.message_user(request, text, messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        clear_cached_keys()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        clear_cached_keys()


@admin.register(AppleWallet)
class AppleWalletAdmin(WalletAdmin):
    form = AppleWalletForm
    list_display = ["pass_type_id", "expires_at", "in_use"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *["pass_type_id", "certificate_file", "key_file", "secret", "issuer_file"]
                ]
            },
        )
    ]

    def is_overridden(self) -> bool:
        return is_apple_in_environment()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_apple(form.cleaned_data["signer"])
        self.warn_if_overridden(request)


@admin.register(GoogleWallet)
class GoogleWalletAdmin(WalletAdmin):
    form = GoogleWalletForm
    list_display = ["account", "issuer_id", "in_use"]
    fieldsets = [(None, {"fields": ["issuer_id", "account_file"]})]

    def is_overridden(self) -> bool:
        return is_google_in_environment()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_google(form.cleaned_data["account"])
        self.warn_if_overridden(request)
