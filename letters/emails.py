"""Letters of rooms that stand below this one and do not know it."""

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signals import account_approved

from .messages import message_from_templates
from .owing import owe_letter
from .writing import writes

APPROVED = "account_approved"


@receiver(account_approved)
def owe_approval(sender, user, **kwargs):
    """Runs inside the transaction that approves the account."""
    owe_letter(
        kind=APPROVED,
        key=f"{APPROVED}:{user.pk}",
        to=user.email,
        about={"user": user.pk},
        user=user,
        language=user.language,
    )


@writes(APPROVED, title=gettext_lazy("An account is approved"))
def write_approval(letter):
    """Nothing is left to say to an account that was closed meanwhile."""
    user = User.objects.filter(pk=letter.about["user"], is_active=True).first()
    if user is None:
        return None
    return message_from_templates(
        letter, subject=_("You can book now"), context={"name": user.name}
    )
