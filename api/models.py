"""What the room for programs keeps: keys, and answers already given."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .querysets import ApiKeyQuerySet, ClaimQuerySet


class Scope(models.TextChoices):
    """What a key may be used for."""

    CATALOGUE = "catalogue", _("create, change and delete venues, shows and performances")
    SALE = "sale", _("put on sale, block and unblock")
    ORDERS = "orders", _("read, export, cancel and refund orders")
    ACCOUNTS = "accounts", _("approve accounts")
    DOOR = "door", _("verify tickets and check them in")


class ApiKey(models.Model):
    """Lets a program of the house in. It never may more than its owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Which program uses it."))
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"), default=list
    )
    # The first characters, so that people can tell keys apart; the rest is kept by nobody.
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self):
        return f"{self.name} ({self.hint}…)"


class Claim(models.Model):
    """One request with an idempotency key, from the moment that somebody began to answer it.

    `status` is empty until there is an answer, which is then given to everybody who asks again.
    """

    owner = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=300)  # Method and path.
    fingerprint = models.CharField(max_length=64)
    # Changes with each who takes the request on, so that only the last of them may finish it.
    holder = models.CharField(max_length=32)
    claimed_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_is_used_once"),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="claim_by_age")]

    def __str__(self):
        return f"{self.request} {self.key}"
