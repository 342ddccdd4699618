"""Permission to see customers' e-mail addresses."""

from accounts.models import User

# Everyone who can see orders sees names; addresses also need this permission.
CONTACT_PERMISSION = "bookings.contact_order"


def may_see_contacts(user: User) -> bool:
    """Return whether the user can see customers' e-mail addresses."""
    return user.has_perm(CONTACT_PERMISSION)
