"""``{% brand as brand %}`` and ``{% latest_brand as brand %}``"""

from django import template

from organisation.brand import Brand, current_brand, latest_brand
from organisation.current import current_texts
from organisation.language import offered_languages
from organisation.models import LegalText

register = template.Library()


@register.simple_tag(takes_context=True)
def brand(context: template.Context) -> Brand:
    """Return the brand: that of the venue, if the page is about one that has its own.

    The venue is `brand_venue`, or that of the `terms` (of a performance) on the page.
    """
    terms = context.get("terms")
    return current_brand(context.get("brand_venue") or getattr(terms, "venue", None))


@register.simple_tag
def legal_kinds() -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of the legal texts that have been published, in their order."""
    published = {kind for kind, _language in current_texts()}
    return tuple((kind, str(name)) for kind, name in LegalText.Kind.choices if kind in published)


@register.simple_tag(name="offered_languages")
def offered_languages_tag() -> tuple[tuple[str, str], ...]:
    """Return code and name of the languages that customers can choose."""
    return tuple(offered_languages())


@register.simple_tag(name="latest_brand")
def latest_brand_tag() -> Brand:
    """Return the brand without a query, for error pages."""
    return latest_brand()
