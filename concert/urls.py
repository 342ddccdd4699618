"""The URLs of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.views import PasswordResetView
from backoffice.site import view_on_site
from core.media import picture
from shows.sitemaps import robots, sitemap_xml
from shows.urls import venue_urls

urlpatterns = [
    # Django tries the patterns in this order: what a rush requests comes first.
    path("", include("waitingroom.urls")),
    path("", include("bookings.urls")),
    path("", include("wallets.urls")),
    path("", include("finance.documents.urls")),
    path("", include("shows.urls")),
    path("pay/", include("payments.urls")),
    path("", include("emails.urls")),
    path("", include("organisation.urls")),
    path("accounts/", include("accounts.urls")),
    path(
        "accounts/password/reset/",
        PasswordResetView.as_view(),
        name="account_reset_password",
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/r/<path:content_type_id>/<path:object_id>/", view_on_site),
    path("admin/setup/", include("backoffice.setup.urls")),
    path("admin/", admin.site.urls),
    path("door/", include("door.urls")),
    path("", include("finance.urls")),
    path("", include("api.urls")),
    path("sitemap.xml", sitemap_xml, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path(f"{settings.MEDIA_URL.lstrip('/')}<path:path>", picture, name="picture"),
    path("venues/", include(venue_urls)),
]

handler500 = "core.unavailable.server_error"
