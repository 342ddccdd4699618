"""Find customers while staff type a name or an address."""

from dataclasses import dataclass

from accounts.models import User
from core.name_search import name_matches

from ..models import Order

SHORTEST = 2  # Characters.
READ = 60  # Orders among which different customers are looked for.
SHOWN = 8


@dataclass(frozen=True)
class FoundCustomer:
    name: str
    email: str
    language: str


def find_customers(text: str) -> list[FoundCustomer]:
    """Return up to eight customers with this part of a name or an address, the latest first.

    They are found among the orders, then among the accounts of customers. Each address is
    returned once. Two queries.
    """
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    condition = name_matches(text, "name", "email")
    orders = Order.objects.exclude(email="").filter(condition).order_by("-pk")
    accounts = User.objects.filter(condition, is_active=True, is_staff=False).order_by("-pk")
    rows = [
        *orders.values_list("name", "email", "language")[:READ],
        *accounts.values_list("name", "email", "language")[:READ],
    ]
    found: dict[str, FoundCustomer] = {}
    for name, email, language in rows:
        found.setdefault(email, FoundCustomer(name, email, language))
    return list(found.values())[:SHOWN]
