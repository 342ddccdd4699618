"""Who holds and buys: a visitor, with their account when they are logged in."""

from dataclasses import dataclass

from django.conf import settings

from core.client_address import client_address
from core.visitors import COOKIE, new_visitor, set_visitor_cookie, visitor_of

__all__ = ["COOKIE", "Customer", "customer_of", "remember", "visitor_of"]


@dataclass(frozen=True)
class Customer:
    """The one who holds and buys: a visitor, with their account when they are logged in.

    Who pays online can have only what the site sells online (`bookings.sale.online`).
    `address` is the client's, by whose household what is held is limited. None for staff and their
    programs, who sell to many people from one place.
    """

    visitor: str
    user: object = None
    pays_online: bool = True
    address: str | None = None

    @property
    def actor(self):
        """How the transaction log names them."""
        return f"user:{self.user.pk}" if self.user else f"visitor:{self.visitor}"

    @property
    def may_book(self):
        """Whether they may hold and buy: guests do, unless accounts have to be approved."""
        if self.user is None:
            return not settings.ACCOUNT_APPROVAL_REQUIRED
        return self.user.may_book

    @property
    def lock_names(self):
        names = [f"visitor:{self.visitor}"]
        return [*names, f"user:{self.user.pk}"] if self.user else names


def customer_of(request):
    """Return the customer behind a request; a visitor without a cookie gets a new name."""
    user = request.user if request.user.is_authenticated else None
    address = None if user and user.is_staff else client_address(request)
    return Customer(visitor_of(request) or new_visitor(), user, address=address)


def remember(response, request, customer):
    """Give the visitor their cookie, unless they have it already."""
    return set_visitor_cookie(response, request, customer.visitor)
