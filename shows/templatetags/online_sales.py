"""Template filters about what customers can book online."""

from django import template

from .. import online_sales

register = template.Library()

register.filter("online_state", online_sales.online_state)
register.filter("online_price", online_sales.online_price)
register.filter("has_tickets_online", online_sales.has_tickets_online)
