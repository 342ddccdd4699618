"""URLs of the organisation's public pages."""

from django.urls import path

from .brand import accents_css

app_name = "organisation"
urlpatterns = [
    path("brand/<slug:day>-<slug:night>.css", accents_css, name="accents"),
]
