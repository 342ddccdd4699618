"""Addresses of the houses."""

from django.urls import path

from .views import venues

app_name = "venues"

urlpatterns = [
    path("", venues.venue_list, name="list"),
    path("<slug:slug>/", venues.venue, name="venue"),
]
