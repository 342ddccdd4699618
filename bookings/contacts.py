"""Who may see the e-mail addresses of customers."""

from accounts.models import User

# Names are for everybody who may see orders; addresses for those who write to customers.
CONTACT_PERMISSION = "bookings.contact_order"


def may_see_contacts(user: User) -> bool:
    return user.has_perm(CONTACT_PERMISSION)
