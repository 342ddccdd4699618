"""System checks for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from core import environment


@register(Tags.security, deploy=True)
def check_email(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report that the environment names no mail server; the admin may."""
    if settings.EMAIL_URL:
        return []
    return [
        Info(
            "EMAIL_URL is unset.",
            hint="Without a mail server from the admin (Settings, Mail server) e-mails are not "
            "sent, and can only be read in the admin.",
            id="concert.I002",
        )
    ]


@register(Tags.security, deploy=True)
def check_address_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn if the limits by address are lifted."""
    if not settings.LIFT_ADDRESS_LIMITS:
        return []
    return [
        Warning(
            "One person may hold every seat: the limits by address are lifted.",
            hint="Remove LIFT_ADDRESS_LIMITS. It is for load tests and rehearsals.",
            id="concert.W002",
        )
    ]


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
    """Report demo payments, which cost nothing, and where the provider is chosen."""
    if settings.PAYMENT_PROVIDER == "demo":
        return [
            Error(
                "Everybody gets tickets without paying: the demo provider is enabled.",
                hint="Set PAYMENT_PROVIDER to none, or to a real provider.",
                id="concert.E001",
            )
        ]
    if settings.PAYMENT_PROVIDER in settings.REAL_PAYMENT_PROVIDERS:
        return _check_keys(settings.PAYMENT_PROVIDER)
    if not environment.text("PAYMENT_PROVIDER", ""):
        return [
            Info(
                "The provider of online payments is chosen in the admin (Money, Payment provider).",
                hint="Until then customers can book free tickets only.",
                id="concert.I004",
            )
        ]
    return []


def _check_keys(provider: str) -> list[CheckMessage]:
    """Report keys of the payment provider that are missing in the environment."""
    keys, name = settings.PAYMENT_KEYS[provider], provider.upper()
    if not keys["secret_key"]:
        return [
            Info(
                f"{name}_SECRET_KEY is unset.",
                hint="Without keys from the admin (Money, Provider keys) nobody can pay online.",
                id="concert.I001",
            )
        ]
    if provider == "stripe" and not keys["webhook_secrets"]:
        return [
            Warning(
                "STRIPE_WEBHOOK_SECRETS is unset: no webhook of Stripe is accepted.",
                hint="Set it to the signing secret of the webhook. Without it, disputes and late "
                "failures of refunds are not noticed.",
                id="concert.W005",
            )
        ]
    return []
