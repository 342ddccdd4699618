"""Sessions of accounts that no visit logs in by a form."""

import time
from typing import Any

from django.conf import settings


def session_cookie(email: str, address: str) -> dict[str, str]:
    """Return the cookie of a new session, as after the account has entered its password."""
    from django.test import Client

    from accounts.models import User

    user = User.objects.get(email=email)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    _record_password(client.session, user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


def _record_password(session: Any, user: Any) -> None:
    """Note for allauth that the password was just entered, so that it does not ask again."""
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
