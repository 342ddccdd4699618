"""The sale in the admin: found, read, and changed by the operations of this room alone."""

from django.contrib import admin

from bookings.models import Allocation, Hold, LedgerEntry, Order, Place, Ticket
from shows.models import Performance, Show

from .allocations import AllocationAdmin
from .holds import HoldAdmin
from .ledger import LedgerEntryAdmin
from .orders import OrderAdmin
from .performances import SellingPerformanceAdmin
from .places import PlaceAdmin
from .shows import SellingShowAdmin
from .tickets import TicketAdmin

admin.site.register(Order, OrderAdmin)
admin.site.register(Ticket, TicketAdmin)
admin.site.register(Hold, HoldAdmin)
admin.site.register(Place, PlaceAdmin)
admin.site.register(Allocation, AllocationAdmin)
admin.site.register(LedgerEntry, LedgerEntryAdmin)

# The programme knows nothing of the sale; the sale adds its own to the programme's pages.
admin.site.unregister([Performance, Show])
admin.site.register(Performance, SellingPerformanceAdmin)
admin.site.register(Show, SellingShowAdmin)
