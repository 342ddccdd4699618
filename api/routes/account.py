"""The account of the caller."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Router, Schema

from accounts.forms import ProfileForm
from accounts.models import User
from bookings.emails.reminders import REMINDER
from emails.consents import is_subscribed, record_consent
from emails.models import Consent

from ..callers import ACCOUNT, ApiRequest
from ..problems import invalid_form
from ..schemas import utc

router = Router(auth=ACCOUNT)
FIELDS = ("name", "language", "time_zone")


class Account(Schema):
    email: str = Field(examples=["alice@example.org"])
    name: str = Field(examples=["Alice Archer"])
    language: str = Field(examples=["en"])
    time_zone: str = Field(description="Empty: the venue's.", examples=["Europe/Berlin"])
    wants_reminders: bool
    may_book: bool = Field(description="Whether the account is approved, where that is required.")
    is_staff: bool
    last_visit_at: datetime | None = Field(
        description="The last visit, by the API as well, to a quarter of an hour."
        " Null before the first one."
    )

    @staticmethod
    def resolve_wants_reminders(user: User) -> bool:
        return is_subscribed(user, REMINDER)

    @staticmethod
    def resolve_last_visit_at(user: User) -> datetime | None:
        return utc(user.last_visit_at)


class AccountChange(Schema):
    name: Annotated[str, Field(max_length=150)] | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    wants_reminders: bool | None = None


@router.get("", response=Account, summary="Get the account")
def get_account(request: ApiRequest) -> User:
    """Return the caller's account."""
    return request.caller.account


@router.patch("", response=Account, summary="Update the account")
def update_account(request: ApiRequest, data: AccountChange) -> User:
    """Change the profile; members that are left out stay as they are."""
    user = request.caller.account
    current = {name: getattr(user, name) for name in FIELDS}
    changes = {name: value for name, value in data.dict().items() if value is not None}
    form = ProfileForm(current | changes, instance=user)
    if not form.is_valid():
        raise invalid_form(form)
    if "wants_reminders" in changes:
        choice = {"kind": REMINDER, "is_wanted": changes["wants_reminders"]}
        record_consent(user=user, source=Consent.Source.API, **choice)
    return form.save()
