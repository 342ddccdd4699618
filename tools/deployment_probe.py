"""Use a deployed site as people do: see `tools/try_deployment.py`. Runs as the service's user."""

import json
import os
import ssl
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

MAIL = Path("/var/mail-taken/all")
STATE = Path("/tmp/probe.json")  # noqa: S108
WITHIN = 90  # Seconds in which an e-mail must arrive.


def main(moment):
    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    from core import dotenv

    dotenv.load()
    import django

    django.setup()
    wait_until_open()
    if moment == "before":
        sell_a_free_ticket()
        STATE.write_text(json.dumps(code_of_the_ticket()))
    else:
        assert json.loads(STATE.read_text()) == code_of_the_ticket(), "another code after restoring"
        check_code(json.loads(STATE.read_text()))
    check_picture()


def ask(path, data=None, **headers):
    """Ask the site by HTTPS through nginx; return (status, body)."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    body = json.dumps(data).encode() if data is not None else None
    headers = {"Host": "tickets.example.org", "Content-Type": "application/json"} | headers
    request = urllib.request.Request("https://127.0.0.1" + path, body, headers)
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:
        return answer.status, answer.read()


def wait_until_open():
    for _ in range(60):
        try:
            status, body = ask("/readyz")
            if status == 200:
                print(body.decode())
                return
        except OSError:
            pass
        time.sleep(1)
    raise SystemExit("/readyz never answered 200")


def sell_a_free_ticket():
    from django.utils import timezone

    from bookings.staff_operations.put_on_sale import put_on_sale
    from shows.models import Performance, PriceCategory, Show
    from venues.models import Venue
    from venues.plans import add_plan_version
    from venues.simple_plans import SectionSpec, simple_plan

    venue = Venue.objects.create(
        name="Club", slug="club", address="1 High Street", city="Leeds", country="GB",
        time_zone="Europe/London",
    )  # fmt: skip
    draft = simple_plan("Club", [SectionSpec(name="Floor", standing=50, category="Free")])
    plan = add_plan_version(venue=venue, name="Club", draft=draft)
    now = timezone.now()
    performance = Performance.objects.create(
        show=Show.objects.create(title="Open Stage", slug="open-stage"), venue=venue, plan=plan,
        starts_at=now + timedelta(days=7), on_sale_from=now - timedelta(hours=1),
    )  # fmt: skip
    PriceCategory.objects.create(performance=performance, name="Free", price=0, fee=0)
    put_on_sale(performance=performance, actor="system")
    guest = {"X-Visitor": json.loads(ask("/api/v1/visitors", {})[1])["visitor"]}
    holds = f"/api/v1/performances/{performance.pk}/holds"
    hold = json.loads(ask(holds, {"best": 1}, **guest)[1])
    details = {"hold": hold["token"], "quote": hold["quote"]}
    details |= {"email": "fan@example.org", "name": "Fan"}
    order = json.loads(ask("/api/v1/orders", details, **guest)[1])
    assert order["status"] == "paid", order
    for _ in range(WITHIN):
        text = MAIL.read_text()
        if "fan@example.org" in text and "application/pdf" in text:
            return
        time.sleep(1)
    raise SystemExit("the tickets were never mailed")


def code_of_the_ticket():
    from bookings.documents.ticket_codes import code_of
    from bookings.models import Ticket

    return code_of(Ticket.objects.get())


def check_code(code):
    from bookings.documents.ticket_codes import read_code

    read_code(code)  # Raises if the signature is not ours.


def check_picture():
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    if not default_storage.exists("posters/probe.webp"):
        default_storage.save("posters/probe.webp", ContentFile(b"RIFF....WEBP"))
    assert ask("/media/posters/probe.webp")[0] == 200


if __name__ == "__main__":
    main(sys.argv[1])
