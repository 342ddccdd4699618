"""Where allauth asks the project how it wants its accounts."""

from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from .addresses import vouch_for
from .language import remember_language
from .models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not fit together."),
        "too_many_login_attempts": _(
            "That was tried too often. Please wait some minutes, or choose a new password."
        ),
        "incorrect_code": _("That is not the code of the latest letter."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_password": _("That is not your password."),
        "duplicate_email": _("This is your address already."),
        "email_taken": _("Another account has this address."),
    }

    def save_user(self, request, user, form, commit=True):
        """Take over the name and the language; without an approval step, approve at once.

        So an account keeps its right to book when the house begins to ask for approval later.
        """
        user.name = form.cleaned_data.get("name", "")
        user.language = translation.get_language()
        if not settings.ACCOUNT_APPROVAL_REQUIRED:
            user.approved_at = timezone.now()
        return super().save_user(request, user, form, commit)

    def pre_login(self, request, user, **kwargs):
        vouch_for(user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, *, redirect_url, **kwargs):
        """Lead those who may not book yet past the page that says so."""
        response = super().post_login(request, user, redirect_url=redirect_url, **kwargs)
        is_page = isinstance(response, HttpResponseRedirect)  # The API is answered otherwise.
        if is_page and user.is_active and not user.may_book:
            query = urlencode({"next": response.url})
            response = HttpResponseRedirect(f"{reverse('accounts:waiting')}?{query}")
        remember_language(response, user)
        return response

    def send_mail(self, template_prefix, email, context):
        """Write in the language of the account, or else of the page that asked."""
        user = context.get("user") or User.objects.filter(email=email).first()
        with translation.override(user.language if user else translation.get_language()):
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})

    def render_mail(self, template_prefix, email, context, headers=None):
        """Dress the text of the letter as HTML, so that each letter is written once.

        `secrets` names the code in it, which is to be stored and shown nowhere.
        """
        letter = super().render_mail(template_prefix, email, context, headers)
        words = letter.body.partition("\n--\n")[0]
        dress = {
            "subject": letter.subject,
            "paragraphs": [part.strip() for part in words.split("\n\n") if part.strip()],
            "code": context.get("code"),
            "site_url": settings.SITE_URL,
        }
        letter.attach_alternative(render_to_string("account/email/letter.html", dress), "text/html")
        letter.secrets = {"code": context["code"]} if context.get("code") else {}
        return letter

    def get_client_ip(self, request):
        """Return the visitor's address. Behind a Unix socket without a proxy there is none."""
        try:
            return super().get_client_ip(request)
        except PermissionDenied:
            return "0.0.0.0"

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:profile")
