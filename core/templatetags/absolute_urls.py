"""``{{ show.get_absolute_url|absolute }}``"""

from django import template

from core.absolute_urls import absolute

register = template.Library()
register.filter("absolute", absolute)
