"""The customer of a request: a visitor, with their account if they are logged in."""

from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from core.client_address import client_address
from core.visitors import COOKIE, new_visitor, set_visitor_cookie, visitor_of
from organisation.current import current_organisation
from organisation.models import Channel

__all__ = ["COOKIE", "Customer", "StaffCustomer", "customer_of", "remember", "visitor_of"]

R = TypeVar("R", bound=HttpResponse)


@dataclass(frozen=True)
class Customer:
    """A visitor who holds and buys places, with their account if they are logged in.

    A customer who `pays_online` can have only what the site sells online (see
    `bookings.sale.payment_options`). `address` is the client's IP address, by whose household holds
    are limited; None for staff and API keys, who sell to many people from one address. `channel` is
    where the sale is made, which decides its fees.
    """

    visitor: str
    user: User | None = None
    pays_online: bool = True
    address: str | None = None
    channel: Channel = Channel.WEB

    @property
    def actor(self) -> str:
        """Return their name in the transaction log."""
        return f"user:{self.user.pk}" if self.user else f"visitor:{self.visitor}"

    @property
    def may_book(self) -> bool:
        """Return whether they can hold and buy. Guests can, unless accounts must be approved."""
        if self.user is None:
            return not current_organisation().account_approval_required
        return bool(self.user.may_book)

    @property
    def lock_names(self) -> list[str]:
        """Return the names of the advisory locks that serialize their requests."""
        names = [f"visitor:{self.visitor}"]
        return [*names, f"user:{self.user.pk}"] if self.user else names


@dataclass(frozen=True)
class StaffCustomer(Customer):
    """The customer of one sale by staff, with a visitor id of its own.

    Neither approval of accounts nor what is sold online concerns it.
    """

    pays_online: bool = False
    channel: Channel = Channel.COUNTER
    staff: User | None = None

    @property
    def actor(self) -> str:
        return f"staff:{self.staff.pk}" if self.staff else ""

    @property
    def may_book(self) -> bool:
        return True


def customer_of(request: HttpRequest) -> Customer:
    """Return the customer of a request; a visitor without a cookie gets a new id."""
    user = request.user if request.user.is_authenticated else None
    address = None if user and user.is_staff else client_address(request)
    return Customer(visitor_of(request) or new_visitor(), user, address=address)


def remember(response: R, request: HttpRequest, customer: Customer) -> R:
    """Set the visitor's cookie, unless they have it already."""
    set_visitor_cookie(response, request, customer.visitor)
    return response
