"""Reviews by customers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..querysets import ReviewQuerySet
from .performances import Performance
from .shows import Show


class Review(models.Model):
    """One customer's review of a show, seen at `performance`; public once staff publish it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("pending")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("rejected")

    performance = models.ForeignKey(Performance, models.PROTECT, related_name="reviews")
    show = models.ForeignKey(Show, models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("text"), blank=True, max_length=2000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["show", "author"], name="one_review_by_author_and_show"
            ),
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=5), name="review_has_one_to_five_stars"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stars} ★ {self.show}"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def signature(self) -> str:
        """The author's first name, the only part of it that is published."""
        first, *_rest = [*self.author.name.split(), ""]
        return first or gettext("A visitor")
