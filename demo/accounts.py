"""The accounts of the demo data: staff by role, and customers. Nearly all share one password."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.models import User
from emails.consents import record_consent
from emails.kinds import optional_kinds
from emails.models import Consent
from shows.follows import follow
from shows.models import Artist, Show

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


def create_accounts() -> list[User]:
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
    # The first customer is a member.
    User.objects.filter(pk=users[0].pk).update(member_number="M-1001")
    return users


def login_lines() -> list[str]:
    """Return a line for each account with its e-mail address and password."""
    lines = [f"{role}: {email}  password {PASSWORD}" for email, _, role in STAFF]
    return lines + [f"customer: {email}  password {password}" for email, _, password in CUSTOMERS]


def _verify_addresses():
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in User.objects.all()
    )


# Invented people.
FIRST_NAMES = """
Ada Alma Amir Anouk Ben Bruno Carla Chidi Dana Dario Edda Elif Emil Esther Farid Femi Greta Hana
Hugo Ida Ines Ivo Jana Jonas Kaya Kofi Lara Leon Lina Luca Maja Malik Mara Milo Nadia Nils Nora
Olga Omar Oskar Pia Priya Rafael Rosa Ruben Salma Samir Selma Sofia Stella Sven Tara Theo Timo Uma
Vera Viktor Wanda Yara Yusuf Zoe
""".split()

LAST_NAMES = """
Abel Adeyemi Aksoy Almeida Bauer Becker Bell Berg Castro Clarke Conti Cruz Dahl Diaz Duarte Ekman
Eriksen Farrell Fischer Fontaine Garcia Grant Haddad Hansen Hoffmann Iqbal Jansen Joshi Kaplan
Keller Khan Klein Kowalski Kruger Lang Laurent Lindgren Lopez Maier Marsh Mbeki Meyer Moreau Murphy
Nagy Novak Okafor Olsen Patel Pereira Quinn Reed Ricci Roy Santos Schmidt Silva Singh Sousa Stone
Suzuki Tanaka Torres Vogel Walsh Weber Winter Young Zhang Ziegler
""".split()


FOLLOWED = 3  # Artists and shows each, for every customer with a known password.


def follow_and_subscribe(customers: Sequence[User]) -> None:
    """Let each customer follow different artists and shows, and subscribe to every e-mail."""
    artists = list(Artist.objects.order_by("pk")[: FOLLOWED * len(customers)])
    shows = list(Show.objects.order_by("-pk")[: FOLLOWED * len(customers)])
    for number, customer in enumerate(customers):
        for target in artists[number :: len(customers)] + shows[number :: len(customers)]:
            follow(user=customer, target=target)
        for kind in optional_kinds(customer):
            record_consent(
                user=customer, kind=kind.name, is_wanted=True, source=Consent.Source.SIGN_UP
            )
