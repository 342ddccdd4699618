"""Letters of rooms that stand below this one and do not know it."""

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signals import account_approved

from .messages import message_from_templates
from .outbox import enqueue_email
from .rendering import renders

APPROVED = "account_approved"


@receiver(account_approved)
def enqueue_approval(sender, user, **kwargs):
    """Runs inside the transaction that approves the account."""
    enqueue_email(
        kind=APPROVED,
        key=f"{APPROVED}:{user.pk}",
        to=user.email,
        about={"user": user.pk},
        user=user,
        language=user.language,
    )


@renders(APPROVED, title=gettext_lazy("An account is approved"))
def render_approval(letter):
    """Nothing is left to say to an account that was closed meanwhile."""
    user = User.objects.filter(pk=letter.about["user"], is_active=True).first()
    if user is None:
        return None
    return message_from_templates(
        letter, subject=_("You can book now"), context={"name": user.name}
    )
