"""Templates of performances: settings under a name, from which drafts are made."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits
from venues.models import SeatingPlan

from .shows import Show


class PerformanceTemplate(models.Model):
    """The settings, prices and concessions of a performance, without its date.

    `settings` is what `shows.performance_templates` writes and reads.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    show = models.ForeignKey(
        Show, models.CASCADE, related_name="performance_templates", verbose_name=_("show")
    )
    plan = models.ForeignKey(
        SeatingPlan, models.CASCADE, related_name="+", verbose_name=_("seating plan")
    )
    settings = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("performance template")
        verbose_name_plural = _("performance templates")
        constraints = [
            json_fits("settings", most=256 * KB, name="performance_template_has_a_limit")
        ]

    def __str__(self) -> str:
        return self.name
