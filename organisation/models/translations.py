"""What staff have entered, in other languages."""

from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from core.json_size import MB, json_fits

MAX_LENGTH = 10_000


class Translation(models.Model):
    """A text of the catalogue in other languages, found by its wording wherever it is shown."""

    text = models.TextField(
        _("text"), max_length=MAX_LENGTH, help_text=_("Exactly as it was entered.")
    )
    # {language: text}
    texts = models.JSONField(_("translations"), default=dict, editable=False)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(
                MD5("text"),
                name="translation_text_is_unique",
                violation_error_message=_("There are translations of this text already."),
            ),
            json_fits("texts", most=MB, name="translation_texts_have_a_limit"),
        ]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
