"""URLs of the catalogue; `venue_urls` are those of the venue pages, which need the catalogue."""

from django.urls import path

from .views import catalogue, following, show, venues

app_name = "shows"

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("shows/", catalogue.show_list, name="list"),
    path("search/suggestions/", catalogue.search_suggestions, name="suggestions"),
    path("shows/<slug:slug>/", show.show, name="show"),
    path("shows/<slug:slug>/follow/", following.follow_show, name="follow_show"),
    path("artists/<slug:slug>/", show.artist, name="artist"),
    path("artists/<slug:slug>/follow/", following.follow_artist, name="follow_artist"),
    path("accounts/follows/", following.follows, name="follows"),
]

venue_urls = (
    [
        path("", venues.venue_list, name="list"),
        path("<slug:slug>/", venues.venue, name="venue"),
    ],
    "venues",
)
