"""Every address of the site, by room."""

from django.contrib import admin
from django.urls import include, path

from concert.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("letters/", include("letters.urls")),
    path("pay/", include("payments.urls")),
    path("", include("bookings.urls")),
]
