"""The sale in the admin: read-only lists and pages, changed by actions only."""

from django.contrib import admin

from bookings.models import Allocation, CustomerMessage, Hold, LedgerEntry, Order, Place, Ticket
from shows.models import Performance, Show

from .allocations import AllocationAdmin
from .holds import HoldAdmin
from .ledger import LedgerEntryAdmin
from .messages import CustomerMessageAdmin
from .orders import OrderAdmin
from .performances import SellingPerformanceAdmin
from .places import PlaceAdmin
from .price_changes import SellingShowAdmin
from .tickets import TicketAdmin

admin.site.register(Order, OrderAdmin)
admin.site.register(Ticket, TicketAdmin)
admin.site.register(Hold, HoldAdmin)
admin.site.register(Place, PlaceAdmin)
admin.site.register(Allocation, AllocationAdmin)
admin.site.register(LedgerEntry, LedgerEntryAdmin)
admin.site.register(CustomerMessage, CustomerMessageAdmin)

# The catalogue does not import the sale, so the sale extends the catalogue's admin pages.
admin.site.unregister([Performance, Show])
admin.site.register(Performance, SellingPerformanceAdmin)
admin.site.register(Show, SellingShowAdmin)
