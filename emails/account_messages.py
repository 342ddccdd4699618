"""E-mails that allauth sends about accounts: codes, passwords, addresses, ways to log in.

Staff can edit their texts like those of other kinds. They are stored in the outbox as they are sent
(`emails.backend`), because they contain codes, and are rendered here only for previews.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.adapter import AccountAdapter as PlainAccountAdapter
from accounts.models import User
from core.annotations import Text

from .messages import Message, compose
from .models import OutboxEmail
from .placeholders import Placeholder, offer_placeholders
from .rendering import renders
from .sample_registry import Sample, make_recipient, sample_for

NAME = Placeholder("name", _("The customer’s name"), "user.name")
EMAIL = Placeholder("email", _("The customer’s e-mail address"), "email")
KNOWN = (NAME, EMAIL)
CHANGED = (
    *KNOWN,
    Placeholder("old_email", _("The former e-mail address"), "from_email"),
    Placeholder("new_email", _("The new e-mail address"), "to_email"),
)
REMOVED = (*KNOWN, Placeholder("removed_email", _("The removed address"), "deleted_email"))
SITE = (*KNOWN, Placeholder("provider", _("The other site, such as Google"), "provider"))


def kind_of(prefix: str) -> str:
    """Return the kind of the e-mail whose templates have this prefix."""
    return prefix.replace("/email/", "_")


@dataclass(frozen=True)
class AccountMessage:
    """An e-mail of allauth; `prefix` is that of its templates."""

    prefix: str
    title: Text
    placeholders: tuple[Placeholder, ...] = KNOWN
    has_code: bool = False

    @property
    def kind(self) -> str:
        return kind_of(self.prefix)


ACCOUNT_MESSAGES = (
    AccountMessage(
        "account/email/email_confirmation_signup", _("Code for a new account"), has_code=True
    ),
    AccountMessage(
        "account/email/email_confirmation", _("Code for an e-mail address"), has_code=True
    ),
    AccountMessage("account/email/account_already_exists", _("Account exists already")),
    AccountMessage("account/email/unknown_account", _("No account with this address"), (EMAIL,)),
    AccountMessage(
        "account/email/password_reset_code", _("Code for a new password"), has_code=True
    ),
    AccountMessage("account/email/password_reset", _("Password reset")),
    AccountMessage("account/email/password_changed", _("Password changed")),
    AccountMessage("account/email/password_set", _("Password set")),
    AccountMessage("account/email/email_confirm", _("E-mail address verified")),
    AccountMessage("account/email/email_changed", _("E-mail address changed"), CHANGED),
    AccountMessage("account/email/email_deleted", _("E-mail address removed"), REMOVED),
    AccountMessage("mfa/email/totp_activated", _("Two-step verification switched on")),
    AccountMessage("mfa/email/totp_deactivated", _("Two-step verification switched off")),
    AccountMessage("mfa/email/recovery_codes_generated", _("Recovery codes created")),
    AccountMessage("mfa/email/webauthn_added", _("Passkey added")),
    AccountMessage("mfa/email/webauthn_removed", _("Passkey removed")),
    AccountMessage(
        "socialaccount/email/account_connected", _("Login with another site added"), SITE
    ),
    AccountMessage(
        "socialaccount/email/account_disconnected", _("Login with another site removed"), SITE
    ),
)


ACCOUNT_KINDS = {message.kind for message in ACCOUNT_MESSAGES}


class AccountAdapter(PlainAccountAdapter):
    """The adapter of allauth; its e-mails have the texts of staff."""

    def render_mail(
        self,
        template_prefix: str,
        email: str,
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        """Render an e-mail; `message.secrets` has the code, which must not be stored or shown."""
        mail = super().render_mail(template_prefix, email, context, headers)
        message = compose_account_message(template_prefix, str(mail.subject), context)
        mail = EmailMultiAlternatives(
            message.subject, message.text, mail.from_email, mail.to, headers=headers
        )
        mail.attach_alternative(message.html, "text/html")
        mail.secrets = message.secrets  # type: ignore[attr-defined]
        return mail


def email_to(kind: str, user: User) -> OutboxEmail:
    """Return an e-mail to this account, to preview; it is not stored."""
    about = {"user": user.pk}
    return OutboxEmail(kind=kind, key=f"preview:{kind}", to=user.email, user=user, about=about)


def compose_account_message(prefix: str, subject: str, context: dict[str, Any]) -> Message:
    """Return the Message in the active language; the text is that of staff if there is one."""
    code = context.get("code") or ""
    return compose(
        kind_of(prefix),
        translation.get_language(),
        templates=(f"{prefix}_message.txt", f"{prefix}_message.html"),
        subject=subject,
        context=context,
        secrets={"code": code} if code else {},
    )


def _register(message: AccountMessage) -> None:
    @renders(message.kind, title=message.title)
    def render(email: OutboxEmail) -> Message:
        return _render_sample(message, User.objects.get(pk=email.about["user"]))

    @sample_for(message.kind)
    def sample() -> Sample:
        user = make_recipient()
        return Sample({"user": user.pk}, user)

    offer_placeholders(message.kind, *message.placeholders)


def _render_sample(message: AccountMessage, user: User) -> Message:
    """Render the e-mail to an account with made-up data: there is no code, no change."""
    context = {
        "user": user,
        "email": user.email,
        "site_url": settings.SITE_URL,
        "code": "ABCD-EFGH" if message.has_code else "",
        "password_reset_url": f"{settings.SITE_URL}{reverse('account_reset_password')}",
        "signup_url": f"{settings.SITE_URL}{reverse('account_signup')}",
        "from_email": "former@example.com",
        "to_email": user.email,
        "deleted_email": "former@example.com",
        "provider": "Google",
        "timestamp": timezone.now(),
        "ip": "203.0.113.7",
    }
    mail = PlainAccountAdapter().render_mail(message.prefix, user.email, context)
    return compose_account_message(message.prefix, str(mail.subject), context)


for account_message in ACCOUNT_MESSAGES:
    _register(account_message)
