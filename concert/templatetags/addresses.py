"""``{{ show.get_absolute_url|absolute }}``"""

from django import template

from concert.addresses import absolute

register = template.Library()
register.filter("absolute", absolute)
