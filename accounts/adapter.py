"""Where allauth asks the project how it wants its accounts."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core.absolute_urls import absolute
from core.email_addresses import lookup_email, normalise_email

from .addresses import vouch_for
from .demo_accounts import is_open_to_anyone
from .language import remember_language
from .limits import count_login, remember_browser, source_of
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

    def clean_email(self, email):
        """Normalise an address that is signed up, added or asked to be reset."""
        return normalise_email(email)

    def authenticate(self, request, **credentials):
        """Check a log-in by password, of pages, admin and API; refuse published demo passwords."""
        user = super().authenticate(request, **credentials)
        if user and is_open_to_anyone(email=user.email, password=credentials.get("password", "")):
            return None
        return user

    def pre_authenticate(self, request, **credentials):
        """Count the try: by household and account, and by account alone (`accounts.limits`)."""
        super().pre_authenticate(request, **credentials)
        anywhere = count_login(request, credentials.get("email", ""))
        if anywhere is None:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += anywhere.usage

    def _get_login_attempts_cache_key(self, request, **credentials):
        # Not by the host that was asked for, as allauth does: anybody can name another.
        email = lookup_email(credentials.get("email", ""))
        return f"{source_of(request, email)} {email}"

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
        if is_page:
            remember_browser(response, request, user)
        return response

    def send_mail(self, template_prefix, email, context):
        """Write in the language of the account, or else of the page that asked.

        Links lead to SITE_URL, whatever host the request named.
        """
        user = context.get("user") or User.objects.filter(email=email).first()
        context = {"site_url": settings.SITE_URL, "current_site": _Site()} | {
            name: _at_our_site(value) if name.endswith("_url") and value else value
            for name, value in context.items()
        }
        with translation.override(user.language if user else translation.get_language()):
            super().send_mail(template_prefix, email, context)

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


class _Site:
    """This site, for allauth's letters, which would call it what the request called it."""

    @property
    def domain(self):
        return urlsplit(settings.SITE_URL).netloc

    name = domain


def _at_our_site(address):
    """Return the same address at SITE_URL."""
    parts = urlsplit(address)
    return absolute(parts._replace(scheme="", netloc="", path=parts.path or "/").geturl())
