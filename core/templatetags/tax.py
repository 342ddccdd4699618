"""``{% for text in tax_lines|tax_texts:currency %}``"""

from django import template

from core.tax import tax_texts

register = template.Library()
register.filter("tax_texts", tax_texts)
