"""How to get to a venue, and how accessible it is."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.annotations import Text

# The amenities by field, as customers read them.
AMENITIES: dict[str, Text] = {
    "is_step_free": _("Step-free entrance"),
    "has_lifts": _("Lifts to all levels"),
    "has_hearing_loop": _("Hearing loop"),
    "has_accessible_toilets": _("Accessible toilets"),
    "companions_are_free": _("Companions of wheelchair users are free"),
}


def _coordinate(name: Text, most: int, help_text: Text) -> Any:
    return models.DecimalField(
        name,
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-most)), MaxValueValidator(Decimal(most))],
        help_text=help_text,
    )


class VisitorInformation(models.Model):
    """What visitors read about a place before they come."""

    latitude = _coordinate(_("latitude"), 90, _("Such as 52.520008."))
    longitude = _coordinate(_("longitude"), 180, _("Such as 13.404954."))
    directions = models.TextField(
        _("directions"),
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Public transport, parking, entrances."),
    )
    is_step_free = models.BooleanField(AMENITIES["is_step_free"], default=False, db_default=False)
    has_lifts = models.BooleanField(AMENITIES["has_lifts"], default=False, db_default=False)
    has_hearing_loop = models.BooleanField(
        AMENITIES["has_hearing_loop"], default=False, db_default=False
    )
    has_accessible_toilets = models.BooleanField(
        AMENITIES["has_accessible_toilets"], default=False, db_default=False
    )
    companions_are_free = models.BooleanField(
        _("Companions are free"),
        default=False,
        db_default=False,
        help_text=_("Set the price of companion seats to 0 in the price categories as well."),
    )
    access_notes = models.TextField(
        _("further access information"),
        max_length=2000,
        blank=True,
        default="",
        db_default="",
        help_text=_("Whom to call, where to park, assistance dogs."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, latitude__isnull=False)
                & Q(longitude__gte=-180, longitude__lte=180, longitude__isnull=False),
                name="%(class)s_position_is_on_earth",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: gettext("Enter both latitude and longitude.")})

    @property
    def amenities(self) -> list[Text]:
        """The names of what it offers."""
        return [text for name, text in AMENITIES.items() if getattr(self, name)]

    @property
    def has_access_information(self) -> bool:
        return bool(self.amenities or self.access_notes)

    @property
    def map_url(self) -> str:
        """The place on OpenStreetMap, or "" without a position."""
        if not self.position:
            return ""
        latitude, longitude = self.position.split(",")
        marker = f"mlat={latitude}&mlon={longitude}"
        return f"https://www.openstreetmap.org/?{marker}#map=17/{latitude}/{longitude}"

    @property
    def position(self) -> str:
        """Latitude and longitude separated by a comma, or "" without a position."""
        if self.latitude is None or self.longitude is None:
            return ""
        return f"{self.latitude.normalize():f},{self.longitude.normalize():f}"
