"""The organisation's brand in the admin."""

from copy import deepcopy

from django.http import HttpRequest
from django.templatetags.static import static
from unfold.settings import CONFIG_DEFAULTS

from core.colours import oklch, readable, strongest
from organisation.brand import current_brand
from organisation.current import current_organisation

from .theme import COLOURS

WHITE = "#ffffff"


def name(request: HttpRequest) -> str:
    return current_organisation().name


def logo(request: HttpRequest) -> str | dict[str, str] | None:
    """Return the URL of the logo, those of both, or None without one: then the name is shown."""
    brand = current_brand()
    if brand.logo and brand.logo_dark:
        return {"light": brand.logo.url, "dark": brand.logo_dark.url}
    return brand.logo.url if brand.logo else None


def icon(request: HttpRequest) -> str | None:
    """Return the URL of the icon beside the name, or None for the theme's."""
    found = current_brand().icon
    return found.url if found else None


def favicon(request: HttpRequest) -> str:
    return icon(request) or static("img/mark.svg")


def colours(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Return the theme's colours, with the hue of the accent if there is one."""
    # A function replaces the theme's own colours: those of text, light and dark, are among them.
    found = deepcopy(CONFIG_DEFAULTS["COLORS"] | COLOURS)
    accents = current_organisation().accents
    if accents:
        found["primary"] = {
            weight: _shade(colour, accents[0]) for weight, colour in COLOURS["primary"].items()
        }
        # White text on buttons.
        found["primary"]["600"] = readable(found["primary"]["600"], WHITE)
    return found


def _shade(colour: str, accent: str) -> str:
    """Return the accent as light or dark as `colour`."""
    lightness, chroma, _hue = _parts(colour)
    _lightness, most, hue = _parts(accent)
    return strongest(hue, lightness, min(chroma, most))


def _parts(colour: str) -> tuple[float, float, float]:
    return oklch(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))
