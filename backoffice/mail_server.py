"""The mail server in the admin, with a test e-mail."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminPasswordWidget

from accounts.requests import user_of
from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm, was_confirmed
from core.exceptions import Refused
from organisation.mail_server import has_mail_server, save_mail_server, send_test_email
from organisation.models import MailServer

from .superuser_secrets import SecretsAdmin

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
LIST = "admin:organisation_mailserver_changelist"


class MailServerForm(forms.ModelForm):
    secret = forms.CharField(
        label=gettext_lazy("password"),
        max_length=300,
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(render_value=False),
        help_text=gettext_lazy(
            "Stored encrypted and never shown again. Leave empty to keep the stored one."
        ),
    )

    class Meta:
        model = MailServer
        fields = ["host", "port", "security", "user"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_open = data.get("security") == MailServer.Security.NONE
        if is_open and data.get("user") and data.get("host") not in LOOPBACK:
            message = _("The password would be sent unencrypted. Choose STARTTLS or TLS.")
            raise ValidationError({"security": message})
        if data.get("secret") and not data.get("user"):
            raise ValidationError({"user": _("Enter the user name of this password.")})
        return data


@admin.register(MailServer)
class MailServerAdmin(SecretsAdmin, ModelAdmin):
    """One server, which EMAIL_URL in the environment overrides."""

    form = MailServerForm
    list_display = ["host", "port", "security", "user", "in_use"]
    secret_fields = ("password",)
    fieldsets = [(None, {"fields": ["host", "port", "security", "user", "secret"]})]
    actions_list = ["send_test"]

    @admin.display(description=gettext_lazy("in use"), boolean=True)
    def in_use(self, server: MailServer) -> bool:
        return not settings.EMAIL_URL

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request) and not MailServer.objects.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_mail_server(server=obj, password=form.cleaned_data["secret"])
        if settings.EMAIL_URL:
            text = _("EMAIL_URL in the environment takes precedence over this server.")
            self.message_user(request, text, messages.WARNING)

    @action(description=gettext_lazy("Send a test e-mail"), url_path="test", permissions=["view"])
    def send_test(self, request: HttpRequest) -> HttpResponse:
        """Send an e-mail to the member of staff, and say whether the server accepted it."""
        to = user_of(request).email
        if not has_mail_server():
            self.message_user(request, _("Enter a mail server first."), messages.WARNING)
            return redirect(LIST)
        if not was_confirmed(request):
            return confirm(
                request,
                self,
                title=_("Send a test e-mail"),
                button=_("Send"),
                text=_("It goes to %s at once.") % to,
            )
        try:
            send_test_email(to=to)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            text = _("The mail server accepted the test e-mail to %s. Check the inbox.") % to
            self.message_user(request, text)
        return redirect(LIST)
