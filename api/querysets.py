"""The vocabulary of the room for programs."""

from django.db import models
from django.db.models.functions import Now


class ApiKeyQuerySet(models.QuerySet):
    def usable(self):
        """Neither revoked nor owned by an account that is switched off or no longer staff."""
        return self.filter(revoked_at=None, owner__is_active=True, owner__is_staff=True)


class ClaimQuerySet(models.QuerySet):
    def abandoned(self, lease):
        """Unfinished, and so long under way that whoever claimed it must have died."""
        return self.filter(status=None, claimed_at__lte=Now() - lease)

    def outdated(self, kept_for):
        return self.filter(claimed_at__lte=Now() - kept_for)
