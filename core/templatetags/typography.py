"""`{% translate "Total" %}{% colon %} {{ total }}`"""

from django import template

from core import typography

register = template.Library()
register.simple_tag(typography.colon)
