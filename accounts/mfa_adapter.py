"""Adjust allauth's two-step verification."""

from allauth.mfa.adapter import DefaultMFAAdapter

from organisation.current import current_organisation


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        """Return the name under which an authenticator app lists the account."""
        return current_organisation().name
