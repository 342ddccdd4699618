"""The accounts of the demo data: staff by role, and customers. Nearly all share one password."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User

from .names import FIRST_NAMES, LAST_NAMES

# Both are listed in accounts.demo_accounts, so they cannot log in in production.
PASSWORD = "concert-demo"
COMMON_PASSWORD = "Passw0rd!"  # A password that demo shops often use.

# E-mail address, name, role (a group, or "superuser").
STAFF = [
    ("admin@concert.example", "Robin Admin", "superuser"),
    ("manager@concert.example", "Mona Manager", "Manager"),
    ("boxoffice@concert.example", "Boris Office", "Box office"),
    ("door@concert.example", "Dora Door", "Door"),
    ("finance@concert.example", "Finn Ance", "Finance"),
]
# E-mail address, name, password.
CUSTOMERS = [
    ("alice@concert.example", "Alice Archer", PASSWORD),
    ("bob@concert.example", "Bob Baker", PASSWORD),
    ("demo@local.test", "Demo Customer", COMMON_PASSWORD),
]
REGULARS = 60


def create_accounts():
    """Create staff and customers, some with known passwords; return the customers."""
    now = timezone.now()
    hashes = {password: make_password(password) for password in (PASSWORD, COMMON_PASSWORD)}
    common = {"approved_at": now, "date_joined": now}
    for email, name, role in STAFF:
        user = User.objects.create(
            email=email,
            name=name,
            password=hashes[PASSWORD],
            is_staff=True,
            is_superuser=role == "superuser",
            **common,
        )
        if role != "superuser":
            user.groups.add(Group.objects.get_or_create(name=role)[0])
    names = [
        f"{FIRST_NAMES[n * 7 % len(FIRST_NAMES)]} {LAST_NAMES[n * 11 % len(LAST_NAMES)]}"
        for n in range(REGULARS)
    ]
    regulars = ((f"regular{n}@concert.example", name, PASSWORD) for n, name in enumerate(names))
    users = User.objects.bulk_create(
        User(email=email, name=name, password=hashes[password], **common)
        for email, name, password in (*CUSTOMERS, *regulars)
    )
    _verify_addresses()
    return users


def login_lines():
    """Return a line for each account with its e-mail address and password."""
    lines = [f"{role}: {email}  password {PASSWORD}" for email, _, role in STAFF]
    return lines + [f"customer: {email}  password {password}" for email, _, password in CUSTOMERS]


def _verify_addresses():
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in User.objects.all()
    )
