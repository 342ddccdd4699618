"""Questions that customers are asked at the checkout."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.json_size import KB, json_fits
from venues.models import Venue

from .performances import Performance
from .shows import Show

MAX_CHOICES = 30


class Question(models.Model):
    """A question of the whole box office, of a venue, a show or one performance.

    Questions are never deleted once they have been asked, since answers refer to them.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("choice")
        YES_NO = "yes_no", pgettext_lazy("question", "yes or no")
        PHONE = "phone", _("phone number")
        ACCESS = "access", _("access requirements")

    class Per(models.TextChoices):
        ORDER = "order", _("once per order")
        TICKET = "ticket", _("for each ticket")

    # By language code. What a language lacks is shown in the first language that has it.
    labels = models.JSONField(default=dict, editable=False)
    # By language code, in the same order in each.
    choices = models.JSONField(default=dict, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.TEXT)
    per = models.CharField(_("asked"), max_length=6, choices=Per, default=Per.ORDER)
    is_required = models.BooleanField(_("answer required"), default=False)
    is_changeable = models.BooleanField(
        _("customers can change their answer"),
        default=True,
        help_text=_("Until the show begins."),
    )
    is_active = models.BooleanField(_("asked now"), default=True)
    venue = models.ForeignKey(
        Venue,
        models.CASCADE,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("venue"),
        help_text=_("Leave these empty to ask at every performance, or choose one of them."),
    )
    show = models.ForeignKey(
        Show,
        models.CASCADE,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("show"),
    )
    performance = models.ForeignKey(
        Performance,
        models.CASCADE,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("performance"),
    )
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(show=None, performance=None)
                | Q(venue=None, show=None)
                | Q(venue=None, performance=None),
                name="question_has_one_scope",
                violation_error_message=_("Choose a venue, a show or a performance, not several."),
            ),
            json_fits("labels", most=8 * KB, name="question_labels_have_a_limit"),
            json_fits("choices", most=32 * KB, name="question_choices_have_a_limit"),
        ]

    def __str__(self) -> str:
        return str(in_language(self.labels, settings.LANGUAGE_CODE) or self.get_kind_display())


def in_language(texts: dict[str, Any], language: str) -> Any:
    """Return the text in a language, or else in the first one that has it, or None."""
    if texts.get(language):
        return texts[language]
    return next((texts[code] for code, _name in settings.LANGUAGES if texts.get(code)), None)
