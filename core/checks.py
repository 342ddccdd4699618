"""What `manage.py check --deploy` says of a house that is about to open."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

from core import environment


@register(Tags.security, deploy=True)
def letters_leave(app_configs, **kwargs):
    """In production, letters should leave the machine, from an address that is the house's."""
    found = []
    if not settings.EMAIL_URL:
        found.append(
            Warning(
                "No letter leaves this machine.",
                hint="Set EMAIL_URL. Until then letters can be read in the admin.",
                id="concert.W001",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example"):
        found.append(
            Warning(
                "Letters come from an address that nobody has.",
                hint="Set DEFAULT_FROM_EMAIL.",
                id="concert.W002",
            )
        )
    return found


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs, **kwargs):
    """A wildcard lets anybody choose the host name that pages and letters are made with."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "The site answers to any host name.",
            hint="Name yours in ALLOWED_HOSTS.",
            id="concert.W003",
        )
    ]


@register(Tags.security, deploy=True)
def payments_are_real(app_configs, **kwargs):
    """Report demo payments, which give tickets away, and a provider that nobody has chosen."""
    if settings.PAYMENT_PROVIDER == "demo":
        return [
            Error(
                "Everybody gets tickets for nothing: the demo provider takes payments.",
                hint="Set PAYMENT_PROVIDER to none, or to a provider that takes money.",
                id="concert.E001",
            )
        ]
    if not environment.text("PAYMENT_PROVIDER", ""):
        return [
            Warning(
                "Customers cannot pay online: only free tickets are booked there.",
                hint="Set PAYMENT_PROVIDER. With none, tickets that cost something are sold at the "
                "box office and at the door.",
                id="concert.W004",
            )
        ]
    return []
