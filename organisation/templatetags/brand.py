"""``{% brand as brand %}`` and ``{% latest_brand as brand %}``"""

from django import template

from organisation.brand import Brand, current_brand, latest_brand

register = template.Library()


@register.simple_tag(takes_context=True)
def brand(context: template.Context) -> Brand:
    """Return the brand: that of the venue, if the page is about one that has its own.

    The venue is `brand_venue`, or that of the `terms` (of a performance) on the page.
    """
    terms = context.get("terms")
    return current_brand(context.get("brand_venue") or getattr(terms, "venue", None))


@register.simple_tag(name="latest_brand")
def latest_brand_tag() -> Brand:
    """Return the brand without a query, for error pages."""
    return latest_brand()
