"""Places that the house keeps for its guests."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shows.models import Performance

from ..querysets import AllocationQuerySet
from .places import Place


class Allocation(models.Model):
    """Places kept off sale for somebody: a promoter, the press, the artist's friends.

    Its places are blocked for as long as they belong to it; one that is sold, given away or put
    back on sale belongs to it no more (see `bookings.staff_operations.allocations`).
    """

    performance = models.ForeignKey(Performance, models.PROTECT, related_name="allocations")
    name = models.CharField(_("name"), max_length=80)
    release_at = models.DateTimeField(
        _("back on sale"), null=True, blank=True, help_text=_("Empty: kept until somebody decides.")
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(
                fields=["release_at"],
                condition=Q(released_at=None, release_at__isnull=False),
                name="allocation_to_release",
            )
        ]

    def __str__(self):
        return self.name


class AllocatedPlace(models.Model):
    """A place that belongs to an allocation, and to no other."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="allocated", primary_key=True)
    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="places")

    class Meta:
        verbose_name = _("allocated place")
        verbose_name_plural = _("allocated places")

    def __str__(self):
        return str(self.place)
