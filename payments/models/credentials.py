"""Payment providers as they were set up in the admin: the choice, and their keys."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits


class ProviderKeys(models.Model):
    """The keys of one provider, encrypted (see `payments.credentials`).

    Keys in the environment take precedence.
    """

    provider = models.CharField(_("provider"), max_length=20, unique=True)
    # Encrypted; never shown, not even to those who entered it.
    secret_key = models.TextField()
    webhook_secrets = models.TextField(blank=True)
    access_token = models.TextField(blank=True, default="", db_default="")
    # The end of the secret key, by which staff recognise it.
    key_hint = models.CharField(_("secret key"), max_length=40)
    checked_at = models.DateTimeField(_("checked"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("keys of a payment provider")
        verbose_name_plural = _("provider keys")

    def __str__(self) -> str:
        return self.provider


class ProviderChoice(models.Model):
    """The provider of online payments, in one row at most (see `payments.choice`).

    Empty where the environment says which one it is, and only methods were chosen.
    """

    provider = models.CharField(_("provider"), max_length=20, blank=True)
    # The methods to offer, by provider: {"stripe": ["card", "ideal"]}.
    methods = models.JSONField(_("payment methods"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("payment provider")
        verbose_name_plural = _("payment provider")
        constraints = [json_fits("methods", most=4 * KB, name="provider_methods_have_a_limit")]

    def __str__(self) -> str:
        return self.provider
