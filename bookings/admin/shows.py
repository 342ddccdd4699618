"""What the sale adds to the admin of shows: prices of all their performances at once."""

from shows.admin.shows import ShowAdmin

from .price_changes import ShowPricesPage


class SellingShowAdmin(ShowPricesPage, ShowAdmin):
    actions_detail = [*(ShowAdmin.actions_detail or []), "reprice"]
