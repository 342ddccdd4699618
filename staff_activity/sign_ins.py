"""Record sign-ins, failed sign-ins and sign-outs: one INSERT each."""

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


def valid_address(address: str) -> str | None:
    """Return the address if it is an IP address, else None, as behind a Unix socket."""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


@receiver(user_logged_in)
def record_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    _record(SignIn.Kind.IN, request, user=user)


@receiver(user_logged_out)
def record_sign_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record(SignIn.Kind.OUT, request, user=user)


@receiver(user_login_failed)
def record_failed_sign_in(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Record a failed sign-in. Django removes the password from `credentials`."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    typed = typed.replace("\0", "")[:254]
    user = User.objects.filter(email=typed).first()
    _record(
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
    _record(SignIn.Kind.FAILED, request, user=user, reason=SignIn.Reason.CODE)


@receiver(data_requested)
def export_own_sign_ins(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """Add the sign-ins of an account to its data export."""
    sign_ins = SignIn.objects.filter(user=user).order_by("pk")
    return {"sign_ins": list(sign_ins.values("kind", "at", "address", "browser", "reason"))}


def _record(kind, request, **facts):
    SignIn.objects.create(
        kind=kind,
        address=valid_address(client_address(request)) if request is not None else None,
        browser="" if request is None else request.META.get("HTTP_USER_AGENT", "")[:200],
        **facts,
    )
