"""Writing down who came in, who was turned away and who left: one INSERT each, nothing else."""

import ipaddress
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import data_requested
from core.client_address import client_address

from .models import SignIn


def readable(address: str) -> str | None:
    """Return the address if it is one, or None: behind a Unix socket there is none."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


@receiver(user_logged_in)
def record_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _note(SignIn.Kind.IN, request, user=user)


@receiver(user_logged_out)
def record_sign_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _note(SignIn.Kind.OUT, request, user=user)


@receiver(user_login_failed)
def record_failed_sign_in(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """`credentials` come without the password; what is kept of them is the address alone."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    typed = typed.replace("\0", "")[:254]
    user = User.objects.filter(email=typed).first()
    _note(
        SignIn.Kind.FAILED,
        request,
        user=user,
        typed="" if user else typed,
        reason=SignIn.Reason.PASSWORD,
    )


@receiver(authentication_failed)
def record_wrong_code(
    sender: Any, user: User, request: HttpRequest | None = None, **kwargs: Any
) -> None:
    _note(SignIn.Kind.FAILED, request, user=user, reason=SignIn.Reason.CODE)


@receiver(data_requested)
def tell_own(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """The log-ins of an account, for its owner."""
    log_ins = SignIn.objects.filter(user=user).order_by("pk")
    return {"log_ins": list(log_ins.values("kind", "at", "address", "browser", "reason"))}


def _note(kind, request, **facts):
    SignIn.objects.create(
        kind=kind,
        address=readable(client_address(request)) if request is not None else None,
        browser="" if request is None else request.META.get("HTTP_USER_AGENT", "")[:200],
        **facts,
    )
