"""URLs of the organisation's public pages."""

from django.urls import path

from .brand import accents_css
from .models import LegalText
from .offline import site_worker
from .views import accessibility_report, help_page, legal, legal_version

app_name = "organisation"
urlpatterns = [
    *(path(f"{kind}/", legal, {"kind": kind}, name=kind) for kind in LegalText.Kind.values),
    path("accessibility/report/", accessibility_report, name="accessibility_report"),
    path("legal/<slug:kind>/<slug:language>/<int:version>/", legal_version, name="legal_version"),
    path("help/", help_page, name="help"),
    path("worker-<slug:language>.js", site_worker, name="site_worker"),
    path("brand/<slug:day>-<slug:night>.css", accents_css, name="accents"),
]
