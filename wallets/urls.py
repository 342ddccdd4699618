"""URLs of wallets: the passes of an order, and Apple's web service."""

from django.urls import path

from . import views
from .apple import views as apple

app_name = "wallets"
DEVICES = "wallet/apple/v1/devices/<str:device>/registrations/<str:pass_type>"

urlpatterns = [
    # Below the page of the tickets, so that they get the cookie of the link in the e-mail.
    path("tickets/<str:reference>/apple/", apple.order_passes, name="apple"),
    path("tickets/<str:reference>/google/", views.google, name="google"),
    path(DEVICES, apple.updated, name="apple_updated"),
    path(f"{DEVICES}/<str:serial>", apple.registration, name="apple_registration"),
    path("wallet/apple/v1/passes/<str:pass_type>/<str:serial>", apple.latest, name="apple_pass"),
    path("wallet/apple/v1/log", apple.log, name="apple_log"),
]
