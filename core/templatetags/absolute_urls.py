"""``{{ show.get_absolute_url|absolute }}``"""

from django import template

from core.links import absolute

register = template.Library()
register.filter("absolute", absolute)
