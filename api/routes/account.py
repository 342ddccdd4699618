"""The account of whoever is logged in."""

from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from accounts.forms import ProfileForm
from bookings.emails.reminders import REMINDER
from emails.consents import is_subscribed, record_consent
from emails.models import Consent

from ..callers import ACCOUNT
from ..problems import Problem

router = Router(auth=ACCOUNT)
FIELDS = ("name", "language", "time_zone")


class Account(Schema):
    email: str
    name: str
    language: str
    time_zone: str
    wants_reminders: bool
    may_book: bool
    is_staff: bool

    @staticmethod
    def resolve_wants_reminders(user):
        return is_subscribed(user, REMINDER)


class AccountChange(Schema):
    name: Annotated[str, Field(max_length=150)] | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    wants_reminders: bool | None = None


@router.get("", response=Account)
def account(request):
    """Say who is logged in."""
    return request.caller.user


@router.patch("", response=Account)
def change_account(request, data: AccountChange):
    """Change what the profile page changes; what is left out stays."""
    user = request.caller.user
    wanted = {name: getattr(user, name) for name in FIELDS}
    said = {name: value for name, value in data.dict().items() if value is not None}
    form = ProfileForm(wanted | said, instance=user)
    if not form.is_valid():
        raise invalid_form(form)
    if "wants_reminders" in said:
        wish = {"kind": REMINDER, "is_wanted": said["wants_reminders"]}
        record_consent(user=user, source=Consent.Source.API, **wish)
    return form.save()


def invalid_form(form):
    """Return the problem of a form whose fields were not understood."""
    errors = [
        {"pointer": f"/body/{name}" if name != "__all__" else "/body", "detail": str(error)}
        for name, found in form.errors.items()
        for error in found
    ]
    detail = " ".join(error["detail"] for error in errors)
    return Problem(422, "invalid", detail or _("Not understood."), errors=errors)
