"""Which entrance leads to which section of a venue, as tickets say."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Characters of a name, as it fits on a ticket.
LONGEST = 60
SEPARATOR = ":"


def check_entrances(text: str) -> None:
    """Refuse names that are missing or too long, and two entrances of one section."""
    seen = set()
    for section, entrance in _lines(text):
        if not entrance:
            raise ValidationError(_("Enter an entrance after “%s:”.") % section)
        if len(entrance) > LONGEST:
            raise ValidationError(
                _("“%(entrance)s” is too long: at most %(most)d characters.")
                % {"entrance": entrance, "most": LONGEST}
            )
        if section.casefold() in seen:
            raise ValidationError(
                _("“%s” has two entrances.") % section if section else _("Name each section.")
            )
        seen.add(section.casefold())


def names_of_entrances(text: str) -> list[str]:
    """Return the names of the entrances."""
    return [entrance for _section, entrance in _lines(text)]


class HasEntrances(models.Model):
    """A place whose sections have entrances of their own."""

    entrances = models.TextField(
        gettext_lazy("entrances"),
        max_length=4000,
        blank=True,
        default="",
        db_default="",
        validators=[check_entrances],
        help_text=gettext_lazy(
            "Printed on tickets. One section per line, such as “Balcony: Entrance B”. A line "
            "without a section is for all others."
        ),
    )

    class Meta:
        abstract = True

    def entrance_of(self, section: str) -> str:
        """Return the entrance of the section with this name, or "" if none is known."""
        entrances = {name.casefold(): entrance for name, entrance in _lines(self.entrances)}
        return entrances.get(section.casefold()) or entrances.get("", "")


def _lines(text: str) -> list[tuple[str, str]]:
    """Return (section, entrance) for each line; the section is "" where none is named."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        section, separator, entrance = line.rpartition(SEPARATOR)
        found.append((section.strip() if separator else "", entrance.strip()))
    return found
