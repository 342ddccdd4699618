"""``{{ row.percent|percent }}``"""

from django import template

from core.percentages import format_percent

register = template.Library()
register.filter("percent", format_percent)
