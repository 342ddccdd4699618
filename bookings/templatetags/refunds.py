"""Template filters about refunds."""

from django import template

from bookings.aftersale.refund_sentence import is_paid_by_hand

register = template.Library()
register.filter("is_paid_by_hand", is_paid_by_hand)
