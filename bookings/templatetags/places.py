"""``{{ ticket.label|whole_parts }}``"""

from django import template
from django.utils.html import format_html_join

register = template.Library()


@register.filter
def whole_parts(label):
    """The name of a place, of which no line ends within a part: "row F" stays together."""
    parts = label.split(", ")
    told = [(f"{part},",) for part in parts[:-1]] + [(parts[-1],)]
    return format_html_join(" ", '<span class="whole">{}</span>', told)
