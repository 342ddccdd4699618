"""Adjust allauth's two-step verification."""

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from organisation.current import current_organisation

from .models import User


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the account."""
        return current_organisation().name

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that the form for a new passkey suggests."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %d") % (count + 1) if count else _("Passkey")
