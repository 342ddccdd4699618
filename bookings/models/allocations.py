"""Guest holds: places that staff keep off sale for somebody."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shows.models import Performance

from ..querysets import AllocationQuerySet
from .places import Place


class Allocation(models.Model):
    """Places held for a person or group, such as the promoter, the press or the artist's guests.

    Its places are blocked while they belong to it; a place that is sold, issued as a comp or put
    back on sale no longer does (see `bookings.staff_operations.allocations`).
    """

    performance = models.ForeignKey(Performance, models.PROTECT, related_name="allocations")
    name = models.CharField(_("name"), max_length=80)
    release_at = models.DateTimeField(
        _("release date"),
        null=True,
        blank=True,
        help_text=_("Leave empty to hold the seats until you release them."),
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("guest hold")
        verbose_name_plural = _("guest holds")
        indexes = [
            models.Index(
                fields=["release_at"],
                condition=Q(released_at=None, release_at__isnull=False),
                name="allocation_to_release",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AllocatedPlace(models.Model):
    """A place of an allocation. A place belongs to at most one."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="allocated", primary_key=True)
    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="places")

    class Meta:
        verbose_name = _("seat of a guest hold")
        verbose_name_plural = _("seats of guest holds")

    def __str__(self) -> str:
        return str(self.place)
