"""The terms of sale that were accepted with an order, in the admin."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from bookings.models import Order
from organisation.legal_texts import published_text


class AcceptedTerms(admin.ModelAdmin):
    """Mixin of `OrderAdmin`: the read-only field `terms`."""

    @display(description=_("accepted terms"))
    def terms(self, order: Order) -> str:
        text = published_text(order.accepted_terms_id)
        return format_html('<a href="{}">{}</a>', text.get_absolute_url(), text) if text else "–"
