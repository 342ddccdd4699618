"""The brand on pages, e-mails, tickets and in the admin: name, logo, icon and accent colours."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.public_pages import bypass_middleware

from .current import current_organisation, latest_organisation
from .models import Organisation, Seller

COLOUR = re.compile(r"[0-9a-f]{6}")
A_YEAR = 31_536_000
# The height of a logo on pages and in e-mails, in CSS pixels, and its longest width.
LOGO_HEIGHT, LOGO_MOST = 40, 200


@dataclass(frozen=True, slots=True)
class Brand:
    """What pages show. `logo` is the stored file or None; `name` is shown where there is none."""

    name: str
    logo: Any
    logo_width: int
    logo_height: int
    icon: Any
    accents: tuple[str, str] | None
    organisation: Organisation
    # The logo in the dark theme, or None: then the other is shown on a light background.
    logo_dark: Any = None

    @property
    def shown_size(self) -> tuple[int, int]:
        """The width and height at which the logo is shown, in CSS pixels."""
        width, height = self.logo_width or LOGO_HEIGHT, self.logo_height or LOGO_HEIGHT
        part = min(LOGO_HEIGHT / height, LOGO_MOST / width)
        return max(1, round(width * part)), max(1, round(height * part))

    @property
    def stylesheet(self) -> str:
        """The URL of the style sheet with the accents, or "" for those of the design.

        The colours are its name, so it never changes and is kept for a year.
        """
        if self.accents is None:
            return ""
        day, night = (colour.removeprefix("#") for colour in self.accents)
        return reverse("organisation:accents", args=[day, night])

    @property
    def accent(self) -> str:
        """The accent in the light theme."""
        return self.accents[0] if self.accents else "#cb1707"

    @property
    def accent_dark(self) -> str:
        """The accent in the dark theme."""
        return self.accents[1] if self.accents else "#ff9483"

    @property
    def version(self) -> str:
        """A value that differs when what pages show of the organisation differs."""
        organisation = self.organisation
        shown = [self.name, str(self.logo), str(self.icon), str(self.accents)]
        shown += [str(self.logo_dark)]
        shown += [organisation.email, organisation.phone, organisation.address]
        shown += [organisation.social_links]
        return hashlib.blake2b("\0".join(shown).encode(), digest_size=8).hexdigest()


def current_brand(venue: Any = None) -> Brand:
    """Return the organisation's brand, with the logo and accents of a venue that has its own."""
    return _brand_of(current_organisation(), venue)


def brand_of_seller(seller: Seller) -> Brand:
    """Return the organisation's brand, with the logo of a seller that has its own."""
    brand = current_brand()
    return replace(brand, name=seller.name, logo=seller.logo) if seller.logo else brand


def latest_brand() -> Brand:
    """Return the brand as it was read last, without a query: for error pages."""
    return _brand_of(latest_organisation(), None)


def _brand_of(organisation: Organisation, venue: Any) -> Brand:
    owner = venue if venue is not None and venue.logo else organisation
    accents = venue.accents if venue is not None else None
    return Brand(
        name=owner.name,
        logo=owner.logo or None,
        logo_width=owner.logo_width or 0,
        logo_height=owner.logo_height or 0,
        icon=organisation.favicon or None,
        accents=accents or organisation.accents,
        organisation=organisation,
        logo_dark=(owner.logo and owner.logo_dark) or None,
    )


@bypass_middleware
def accents_css(request: HttpRequest, day: str, night: str) -> HttpResponse:
    """Return the style sheet that sets the accents; the URL has them, so it never changes."""
    if not (COLOUR.fullmatch(day) and COLOUR.fullmatch(night)):
        return HttpResponse(status=404)
    response = HttpResponse(
        f":root {{ --day: #{day}; --night: #{night}; }}\n", content_type="text/css; charset=utf-8"
    )
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
