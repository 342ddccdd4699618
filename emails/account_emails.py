"""E-mails about accounts. They are here because the accounts app does not import this one."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signals import account_approved

from .messages import Message, message_from_templates
from .models import OutboxEmail
from .outbox import enqueue_email
from .placeholders import Placeholder, offer_placeholders
from .rendering import renders
from .sample_registry import Sample, make_recipient, sample_for

APPROVED = "account_approved"
offer_placeholders(APPROVED, Placeholder("name", gettext_lazy("The customer’s name"), "name"))


@receiver(account_approved)
def enqueue_approval(sender: Any, user: User, **kwargs: Any) -> None:
    """Receive the approval of an account: enqueue the e-mail, in the same transaction."""
    enqueue_email(
        kind=APPROVED,
        key=f"{APPROVED}:{user.pk}",
        to=user.email,
        about={"user": user.pk},
        user=user,
        language=user.language,
    )


@renders(
    APPROVED,
    title=gettext_lazy("Account approved"),
)
def render_approval(email: OutboxEmail) -> Message | None:
    """Render the e-mail; return None if the account has been closed."""
    user = User.objects.filter(pk=email.about["user"], is_active=True).first()
    if user is None:
        return None
    return message_from_templates(
        email, subject=_("Your account has been approved"), context={"name": user.name}
    )


@sample_for(APPROVED)
def sample_approval() -> Sample:
    user = make_recipient(approved_at=None)
    return Sample({"user": user.pk}, user)
