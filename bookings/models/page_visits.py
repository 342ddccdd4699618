"""How often the page of a performance was opened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shows.models import Performance


class PageVisits(models.Model):
    """The visits to a performance's page on one day. Nothing about the visitors is stored."""

    performance = models.ForeignKey(
        Performance, models.CASCADE, related_name="page_visits", verbose_name=_("performance")
    )
    day = models.DateField(_("day"))
    number = models.PositiveIntegerField(_("page visits"))

    class Meta:
        ordering = ["performance", "day"]
        verbose_name = _("page visits")
        verbose_name_plural = _("page visits")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "day"], name="page_visits_have_one_row_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.performance}, {self.day}: {self.number}"
