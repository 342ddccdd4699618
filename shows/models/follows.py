"""Follows of shows and artists, and the on-sale alerts sent for them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Follow(models.Model):
    """An account follows either a show or an artist."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    show = models.ForeignKey(
        "shows.Show", models.CASCADE, null=True, blank=True, related_name="follows"
    )
    artist = models.ForeignKey(
        "shows.Artist", models.CASCADE, null=True, blank=True, related_name="follows"
    )
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(show=None, artist__isnull=False)
                | models.Q(show__isnull=False, artist=None),
                name="follow_is_of_a_show_or_an_artist",
            ),
            models.UniqueConstraint(fields=["user", "show"], name="one_follow_by_account_and_show"),
            models.UniqueConstraint(
                fields=["user", "artist"], name="one_follow_by_account_and_artist"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.show or self.artist}"


class Alert(models.Model):
    """An on-sale alert for one performance has been queued for a follower; never more than once.

    Saved in the transaction that queues the e-mail; one e-mail may cover several performances.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    performance = models.ForeignKey("shows.Performance", models.CASCADE, related_name="alerts")
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("on-sale alert")
        verbose_name_plural = _("on-sale alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "performance"], name="one_alert_by_account_and_performance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.performance}"
