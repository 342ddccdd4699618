"""The logo and accent colours that the organisation has, and venues can have."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.colours import NIGHT_PAPER, readable
from organisation.validators import check_accent, check_dark_accent


class HasBrand(models.Model):
    """A logo and accent colours. Empty: not set here."""

    logo = models.ImageField(
        _("logo"),
        upload_to="logos/",
        width_field="logo_width",
        height_field="logo_height",
        blank=True,
        default="",
        db_default="",
        help_text=_("Shown instead of the name. A PNG with a transparent background is best."),
    )
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    logo_dark = models.ImageField(
        _("logo in dark mode"),
        upload_to="logos/",
        blank=True,
        default="",
        db_default="",
        help_text=_("Leave empty to show the logo on a light background."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        validators=[check_accent],
        help_text=_("Of buttons and links, such as #a81306."),
    )
    accent_dark = models.CharField(
        _("accent colour in dark mode"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        validators=[check_dark_accent],
        help_text=_("Leave empty for a lighter shade of the accent colour."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=r"^#[0-9a-f]{6}$"),
                name="%(class)s_accent_is_a_colour",
            ),
            models.CheckConstraint(
                condition=Q(accent_dark="") | Q(accent_dark__regex=r"^#[0-9a-f]{6}$"),
                name="%(class)s_dark_accent_is_a_colour",
            ),
        ]

    @property
    def accents(self) -> tuple[str, str] | None:
        """The accent in the light and in the dark theme, or None where none is set."""
        if not self.accent:
            return None
        return self.accent, self.accent_dark or readable(self.accent, NIGHT_PAPER)
