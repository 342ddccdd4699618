"""What the demo customers follow, and which optional e-mails they get."""

from emails.consents import record_consent
from emails.kinds import optional_kinds
from emails.models import Consent
from shows.follows import follow
from shows.models import Artist, Show

FOLLOWS_EACH = 3  # Artists and shows each.


def follow_and_subscribe(customers):
    """Have each customer follow artists and shows, and subscribe to all optional e-mails."""
    artists = list(Artist.objects.order_by("pk")[: FOLLOWS_EACH * len(customers)])
    shows = list(Show.objects.order_by("-pk")[: FOLLOWS_EACH * len(customers)])
    for number, customer in enumerate(customers):
        for target in artists[number :: len(customers)] + shows[number :: len(customers)]:
            follow(user=customer, target=target)
        for kind in optional_kinds(customer):
            record_consent(
                user=customer, kind=kind.name, is_wanted=True, source=Consent.Source.SIGN_UP
            )
