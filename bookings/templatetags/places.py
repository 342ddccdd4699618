"""Format the label of a seat: `{{ ticket.label|nowrap_parts }}`."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def nowrap_parts(label: str) -> SafeString:
    """Return the label without line breaks inside its parts: "row F" stays together."""
    parts = label.split(", ")
    spans = [(f"{part},",) for part in parts[:-1]] + [(parts[-1],)]
    return format_html_join(" ", '<span class="whole">{}</span>', spans)
