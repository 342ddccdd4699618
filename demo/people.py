"""Who lives in the demo world: staff by role, and customers. All share one password."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User

from .names import FIRST_NAMES, LAST_NAMES

PASSWORD = "concert-demo"  # One of accounts.demo_accounts: it opens nothing in production mode.

# Address, name, role (a group, or "superuser").
STAFF = [
    ("admin@concert.example", "Robin Admin", "superuser"),
    ("manager@concert.example", "Mona Manager", "Manager"),
    ("boxoffice@concert.example", "Boris Office", "Box office"),
    ("door@concert.example", "Dora Door", "Door"),
    ("finance@concert.example", "Finn Ance", "Finance"),
]
CUSTOMERS = [("alice@concert.example", "Alice Archer"), ("bob@concert.example", "Bob Baker")]
REGULARS = 60


def make_people():
    """Make staff, the two customers with known logins, and some regulars; return the customers."""
    now, password = timezone.now(), make_password(PASSWORD)
    common = {"password": password, "approved_at": now, "date_joined": now}
    for email, name, role in STAFF:
        user = User.objects.create(
            email=email, name=name, is_staff=True, is_superuser=role == "superuser", **common
        )
        if role != "superuser":
            user.groups.add(Group.objects.get_or_create(name=role)[0])
    names = [
        f"{FIRST_NAMES[n * 7 % len(FIRST_NAMES)]} {LAST_NAMES[n * 11 % len(LAST_NAMES)]}"
        for n in range(REGULARS)
    ]
    people = [*CUSTOMERS, *((f"regular{n}@concert.example", name) for n, name in enumerate(names))]
    users = User.objects.bulk_create(
        User(email=email, name=name, **common) for email, name in people
    )
    _verify_addresses()
    return users


def login_lines():
    """Return what a newcomer has to know to log in, a line each."""
    lines = [f"{role}: {email}" for email, _, role in STAFF]
    lines += [f"customer: {email}" for email, _ in CUSTOMERS]
    return [f"{line}  password {PASSWORD}" for line in lines]


def _verify_addresses():
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in User.objects.all()
    )
