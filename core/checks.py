"""System checks for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from core import environment


@register(Tags.security, deploy=True)
def check_email(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if no e-mails are sent, or from a placeholder address."""
    found: list[CheckMessage] = []
    if not settings.EMAIL_URL:
        found.append(
            Warning(
                "No e-mails are sent.",
                hint="Set EMAIL_URL. Until then e-mails can only be read in the admin.",
                id="concert.W001",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith(".example"):
        found.append(
            Warning(
                "The sender of e-mails is a placeholder address.",
                hint="Set DEFAULT_FROM_EMAIL.",
                id="concert.W002",
            )
        )
    return found


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if ALLOWED_HOSTS contains a wildcard."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "The site accepts any host name.",
            hint="List the host names of the site in ALLOWED_HOSTS.",
            id="concert.W003",
        )
    ]


@register(Tags.security, deploy=True)
def check_payments(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report demo payments, which cost nothing, and a missing choice of the provider."""
    if settings.PAYMENT_PROVIDER == "demo":
        return [
            Error(
                "Everybody gets tickets without paying: the demo provider is enabled.",
                hint="Set PAYMENT_PROVIDER to none, or to a real provider.",
                id="concert.E001",
            )
        ]
    if not environment.text("PAYMENT_PROVIDER", ""):
        return [
            Warning(
                "Customers cannot pay online: they can book free tickets only.",
                hint="Set PAYMENT_PROVIDER. With none, all other tickets are sold at the box "
                "office and at the door.",
                id="concert.W004",
            )
        ]
    return []
