"""Addresses of the catalogue."""

from django.urls import path

from .views import catalogue, home, show

app_name = "shows"

urlpatterns = [
    path("", home.home, name="home"),
    path("shows/", catalogue.show_list, name="list"),
    path("shows/<slug:slug>/", show.show, name="show"),
    path("artists/<slug:slug>/", show.artist, name="artist"),
]
