"""Venues and seating plans in the admin."""

from django.contrib import admin

from venues.models import EditedPlan, SeatingPlan, Venue

from .edited_plans import EditedPlanAdmin
from .plans import SeatingPlanAdmin
from .venues import VenueAdmin

admin.site.register(Venue, VenueAdmin)
admin.site.register(SeatingPlan, SeatingPlanAdmin)
admin.site.register(EditedPlan, EditedPlanAdmin)
